// An empty, migrated database and a fresh home for one test file: the embedded one in this process, in memory; on
// TEST_DATABASE_URL a database of that server. Both are copies of a template, made once per schema.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '@tomograph/kernel';
import { type ConnectionTarget, openConnection } from '../connection/connect.js';
import { assembleDatabase, type Database } from '../database.js';
import { embeddedTarget } from './embedded-target.js';
import { nativeTarget } from './native-target.js';

export interface TestDatabase extends Database {
  /** Opens the same database from another process: `openDatabase(config)`, or by `env` from a child. */
  readonly config: Config;
  /** Environment variables that say the same as `config`. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Target {
  readonly target: ConnectionTarget;
  close(): Promise<void>;
}

/** Close it (`await using database = await testDatabase()`), or the home and the database stay behind. */
export async function testDatabase(): Promise<TestDatabase> {
  const home = await mkdtemp(join(tmpdir(), 'tg-test-'));
  const nativeUrl = process.env.TEST_DATABASE_URL;
  const opened = nativeUrl ? await nativeTarget(nativeUrl) : await embeddedTarget(home);
  const databaseUrl = opened.target.kind === 'native' ? opened.target.url : undefined;
  const config: Config = {
    home,
    apiPort: 4000,
    webPort: 3000,
    databaseUrl,
    blobUrl: undefined,
    device: 'cpu',
  };
  const database = assembleDatabase(config, await openConnection(opened.target), async () => {
    await opened.close();
    await rm(home, { recursive: true, force: true });
  });
  const env = { TOMOGRAPH_HOME: home, ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }) };
  return Object.assign(database, { config, env });
}
