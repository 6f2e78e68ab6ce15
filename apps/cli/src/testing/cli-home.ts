// An installation of a test's own with the tiny base, and the built `tomograph` on it as processes. The test's process runs
// the database, so that a command starts in a second. Needs the built files (`tsc -b apps/cli`).
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Database, openDatabase } from '@tomograph/data';
import { loadConfig } from '@tomograph/kernel';
import type { BaseManifest, PeftFiles } from '@tomograph/registry';
import { writeTinyBase } from '@tomograph/worker/testing';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CliHome extends AsyncDisposable {
  /** Holds everything: home, base, what tests write. */
  readonly folder: string;
  readonly home: string;
  readonly base: BaseManifest;
  readonly database: Database;
  run(...args: string[]): Promise<Ran>;
  /** stdout of a command that must succeed, as JSON. */
  json<T>(...args: string[]): Promise<T>;
  /** A PEFT folder. @returns its path */
  adapterFolder(name: string, files: PeftFiles): Promise<string>;
}

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export async function cliHome(): Promise<CliHome> {
  const folder = await mkdtemp(join(tmpdir(), 'tg-cli-'));
  const home = join(folder, 'home');
  const baseFolder = join(folder, 'base');
  const base = await writeTinyBase(baseFolder);
  const own = { TOMOGRAPH_HOME: home, TOMOGRAPH_BASE: baseFolder };
  const database = await openDatabase(loadConfig(own), { purpose: 'a test' });
  const { DATABASE_URL: _, BLOB_URL: __, ...inherited } = process.env;
  const run = (...args: string[]): Promise<Ran> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [main, ...args], { env: { ...inherited, ...own }, cwd: folder });
      const text = { out: '', err: '' };
      child.stdout.on('data', (chunk: Buffer) => {
        text.out += chunk;
      });
      child.stderr.on('data', (chunk: Buffer) => {
        text.err += chunk;
      });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, ...text }));
    });
  return {
    folder,
    home,
    base,
    database,
    run,
    async json(...args) {
      const { code, out, err } = await run(...args, '--json');
      if (code === 0) return JSON.parse(out);
      throw new Error(`tomograph ${args.join(' ')} ended with ${code}: ${err}`);
    },
    async adapterFolder(name, { adapterConfig, adapterModel, card }) {
      const path = await mkdtemp(join(folder, `${name}-`));
      await writeFile(join(path, 'adapter_config.json'), adapterConfig);
      await writeFile(join(path, 'adapter_model.safetensors'), adapterModel);
      if (card !== undefined) await writeFile(join(path, 'README.md'), card);
      return path;
    },
    async [Symbol.asyncDispose]() {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
