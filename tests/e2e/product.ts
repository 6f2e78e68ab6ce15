// The whole product as a user starts it: `tomograph serve` in a home of its own on free ports, and its command line.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../shared-data.js';

const mainFile = join(repositoryRoot(), 'apps/cli/dist/main.js');

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Product extends AsyncDisposable {
  readonly home: string;
  readonly webUrl: string;
  readonly apiUrl: string;
  readonly process: ChildProcess;
  /** What serve said so far. */
  log(): string;
  /** Runs one command of the CLI on this installation. */
  command(...args: string[]): Promise<CommandResult>;
  /** The `data` of one operation; throws on errors. */
  graphql<T>(query: string, variables?: object): Promise<T>;
  key(): Promise<string>;
}

/** @param args more arguments of serve, such as `--no-web` */
export async function startProduct(...args: string[]): Promise<Product> {
  const home = await mkdtemp(join(tmpdir(), 'tomograph-e2e-'));
  const [apiPort, webPort] = [await freePort(), await freePort()];
  const env = { ...process.env, TOMOGRAPH_HOME: home, API_PORT: String(apiPort), WEB_PORT: String(webPort) };
  const serve = spawn(process.execPath, [mainFile, 'serve', '--json', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  serve.stderr.on('data', (chunk) => (said += chunk));
  const ready = new Promise<void>((resolve, reject) => {
    let result = '';
    serve.stdout.on('data', (chunk) => {
      result += chunk;
      // one JSON document once everything answers, and nothing else: a slow start has more to say, on stderr
      if (!result.startsWith('{')) reject(new Error(`serve --json wrote ${result}`));
      else if (result.endsWith('}\n')) resolve();
    });
    serve.once('exit', (code) => reject(new Error(`serve ended with ${code} before it was ready:\n${said}`)));
  });
  await ready;
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const key = async () => (await readFile(join(home, 'secrets/local.key'), 'utf8')).trim();
  return {
    home,
    apiUrl,
    webUrl: `http://127.0.0.1:${webPort}`,
    process: serve,
    log: () => said,
    key,
    command: (...words) => runCommand(words, env),
    async graphql<T>(query: string, variables: object = {}) {
      const response = await fetch(`${apiUrl}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await key()}` },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await response.json()) as { data: T; errors?: { message: string }[] };
      if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
      return data;
    },
    async [Symbol.asyncDispose]() {
      if (serve.exitCode === null && serve.signalCode === null) {
        const ended = new Promise((resolve) => serve.once('exit', resolve));
        serve.kill('SIGTERM');
        await ended;
      }
      await rm(home, { recursive: true, force: true });
    },
  };
}

export function runCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const child = spawn(process.execPath, [mainFile, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  return new Promise((resolve) =>
    child.once('exit', (code) => resolve({ code: code ?? -1, stdout, stderr })),
  );
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
