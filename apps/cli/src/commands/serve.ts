// `tomograph serve` (and `npm start`): the database, then API, worker and web as processes of their own, kept alive
// and stopped in order. Not a cluster: more workers are `tomograph worker` on any machine.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError, type Config, loadConfig } from '@tomograph/kernel';
import { Command } from 'commander';
import { describeError, printJson, say } from '../output.js';
import { enqueueDemo, openServedDatabase } from '../serve/database.js';
import { assertPortFree, untilAnswers } from '../serve/ports.js';
import { type SupervisedProcess, superviseProcess } from '../serve/supervised-process.js';

interface ServeOptions {
  readonly demo: boolean;
  readonly web: boolean;
  readonly json?: boolean;
}

const mainFile = fileURLToPath(new URL('../main.js', import.meta.url));
const webFolder = fileURLToPath(new URL('../../../web', import.meta.url));

export function serveCommand(): Command {
  return new Command('serve')
    .description('start everything: database, API, worker and web')
    .option('--no-demo', 'do not fill an empty installation with demo cases')
    .option('--no-web', 'without the web front end')
    .option('--json', 'print the addresses as JSON when ready')
    .action(async (options: ServeOptions) => serve(loadConfig(), options));
}

/** Runs until it is told to stop (Ctrl-C, SIGTERM) or a process cannot be kept alive. */
async function serve(config: Config, options: ServeOptions): Promise<void> {
  await assertPortFree(config.apiPort, 'API_PORT');
  if (options.web) {
    await assertPortFree(config.webPort, 'WEB_PORT');
    if (!existsSync(`${webFolder}/.next/BUILD_ID`)) {
      throw new AppError('CONFIG_INVALID', {
        message: 'the web front end is not built: run npm start, or pass --no-web',
      });
    }
  }
  const stopping = new AbortController();
  const stop = (reason: unknown) => stopping.abort(reason);
  process.once('SIGINT', () => stop('told to stop'));
  process.once('SIGTERM', () => stop('told to stop'));

  const { database, localKeyFile } = await openServedDatabase(config, (error) => stop(error));
  const children: SupervisedProcess[] = [];
  const child = (
    name: string,
    command: [string, ...string[]],
    env: Record<string, string> = {},
    cwd?: string,
  ) =>
    children.push(
      superviseProcess({
        name,
        command,
        env: { TOMOGRAPH_HOME: config.home, ...env },
        ...(cwd === undefined ? {} : { cwd }),
        say,
        onGiveUp: () =>
          stop(
            new AppError('INTERNAL', {
              message: `${name} ends every time it is started; the lines above say why`,
            }),
          ),
      }),
    );
  try {
    child('api', [mainFile, 'api']);
    child('worker', [mainFile, 'worker']);
    if (options.web) {
      const env = {
        PORT: String(config.webPort),
        API_URL: `http://127.0.0.1:${config.apiPort}`,
        TOMOGRAPH_LOCAL_KEY_FILE: localKeyFile,
        NEXT_TELEMETRY_DISABLED: '1',
        NODE_ENV: 'production',
      };
      child('web', ['serve.mjs'], env, webFolder);
    }
    const api = `http://127.0.0.1:${config.apiPort}`;
    const web = `http://127.0.0.1:${config.webPort}`;
    await untilAnswers(`${api}/v1/health/ready`, 60_000, stopping.signal);
    if (options.web) await untilAnswers(`${web}/api/health`, 60_000, stopping.signal);
    const demoJob = options.demo ? await enqueueDemo(database) : undefined;
    announce(
      {
        api: `${api}/graphql`,
        ...(options.web ? { web } : {}),
        home: config.home,
        demo: demoJob !== undefined,
      },
      options.json === true,
    );
    await new Promise<void>((resolve) => {
      if (stopping.signal.aborted) resolve();
      else stopping.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    say('stopping …');
    for (const running of children.reverse()) await running.stop();
    await database.close();
  }
  if (stopping.signal.reason instanceof Error) {
    say(describeError(stopping.signal.reason));
    process.exitCode = 1;
  } else say('stopped');
}

function announce(
  addresses: { api: string; web?: string; home: string; demo: boolean },
  asJson: boolean,
): void {
  if (asJson) printJson(addresses);
  say('');
  if (addresses.web) say(`  Tomograph   ${addresses.web}`);
  say(`  GraphQL     ${addresses.api}`);
  say(`  data        ${addresses.home}`);
  if (addresses.demo) say('  demo cases are being made: they appear one by one, see Jobs');
  say('  Research use only. Ctrl-C stops everything.');
  say('');
}
