// The real thing: processes on a folder, killed. Needs the built files (`tsc -b packages/data`).
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Config } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectDatabase, openDatabase } from '../database.js';
import { readHomeLock } from './home-lock.js';

vi.setConfig({ testTimeout: 120_000 }); // whole databases start here, on machines that do other things too
const built = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
let root: string;
let config: Config;
const children: ChildProcess[] = [];

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tg-embedded-'));
  config = configOf(join(root, 'home'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await until(() => !readHomeLock(config.home));
  rmSync(root, { recursive: true, force: true });
});

function configOf(home: string): Config {
  return { home, apiPort: 4000, webPort: 3000, databaseUrl: undefined, blobUrl: undefined, device: 'cpu' };
}
async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(30))
    if (await isTrue()) return;
  throw new Error('waited 60 s in vain');
}
/** Another process that opens the home and writes one line per step. */
function anotherProcess(body: string): {
  child: ChildProcess;
  line(): Promise<string>;
  ended: Promise<number | null>;
} {
  const script = `import { openDatabase, startEmbeddedDatabase } from ${JSON.stringify(built)};
    const config = ${JSON.stringify(config)};
    try { ${body} } catch (error) { console.log(error.code + ': ' + error.message); process.exitCode = 1; }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let text = '';
  let taken = 0;
  child.stdout!.on('data', (chunk) => {
    text += chunk;
  });
  return {
    child,
    ended: new Promise((resolve) => child.once('exit', (code) => resolve(code))),
    async line() {
      await until(() => text.split('\n').length > taken + 1);
      return text.split('\n')[taken++]!;
    },
  };
}

test('a first start makes a private home, a second process shares it, and the last writes are there later', async () => {
  {
    await using database = await openDatabase(config, { purpose: 'the test' });
    expect(statSync(config.home).mode & 0o777).toBe(0o700);
    expect(statSync(join(config.home, 'run')).mode & 0o777).toBe(0o700);
    await database.query("insert into project (id, name) values (gen_random_uuid(), 'first')");
    const other = anotherProcess(`const database = await openDatabase(config);
      console.log((await database.query('select name from project'))[0].name);
      await database.close();`);
    expect(await other.line()).toBe('first');
    expect(await other.ended).toBe(0);
    expect((await database.query('select 1')).length).toBe(1); // the guest closing did not close the host's
  }
  expect(readHomeLock(config.home)).toBeUndefined();
  expect(existsSync(join(config.home, 'run'))).toBe(false);
  await using database = await openDatabase(config);
  expect(await database.query('select name from project')).toEqual([{ name: 'first' }]);
});

test('the data folder is never opened twice: a second one is refused in one sentence', async () => {
  await using _held = await openDatabase(config, { purpose: 'npm start' });
  const refusal =
    /^HOME_LOCKED: .*home is in use by npm start \(process \d+\): stop it, or set TOMOGRAPH_HOME to another folder$/;
  const other = anotherProcess('await startEmbeddedDatabase({ home: config.home });');
  expect(await other.line()).toMatch(refusal);
  const exclusive = anotherProcess('await openDatabase(config, { isExclusive: true });');
  expect(await exclusive.line()).toMatch(refusal);
});

test('a database process killed in mid-work comes back at the same address and has lost no commit', async () => {
  await using database = await openDatabase(config);
  await database.query('create table if not exists kept (n int)');
  await database.query('truncate kept');
  let committed = 0;
  const writing = (async () => {
    for (;;) {
      await database.query('insert into kept values ($1)', [committed + 1]);
      committed += 1;
    }
  })().catch(() => {});
  await until(() => committed >= 20);
  process.kill(readHomeLock(config.home)!.holder.pid, 'SIGKILL');
  await writing;
  let stored = 0;
  await until(async () => {
    const rows = await database.query<{ n: number }>('select count(*) as n from kept').catch(() => undefined);
    stored = rows?.[0]?.n ?? 0;
    return rows !== undefined;
  });
  // the last one may have been committed without its answer having arrived
  expect([committed, committed + 1]).toContain(stored);
});

test('a whole process killed leaves the home usable at once', async () => {
  const other = anotherProcess(`const database = await openDatabase(config, { purpose: 'the killed one' });
    await database.query("insert into project (id, name) values (gen_random_uuid(), 'survivor')");
    console.log('written');
    setInterval(() => {}, 1000);`);
  expect(await other.line()).toBe('written');
  other.child.kill('SIGKILL');
  await other.ended;
  await using database = await openDatabase(config);
  expect(await database.query("select name from project where name = 'survivor'")).toHaveLength(1);
});

test('both killed at once leave the home usable at once', async () => {
  const other = anotherProcess(`const database = await openDatabase(config);
    console.log('open');
    setInterval(() => {}, 1000);`);
  expect(await other.line()).toBe('open');
  const { holder } = readHomeLock(config.home)!;
  other.child.kill('SIGKILL');
  process.kill(holder.pid, 'SIGKILL');
  await other.ended;
  await using database = await openDatabase(config);
  expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
});

test('Ctrl-C reaches the database too, which waits for its owner', async () => {
  await using database = await openDatabase(config);
  process.kill(readHomeLock(config.home)!.holder.pid, 'SIGINT');
  expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
});

test('a process that starts nothing says that none runs', async () => {
  await expect(connectDatabase(config)).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: expect.stringContaining('start Tomograph'),
  });
});

test('a home whose path is too long for a socket works all the same', async () => {
  const deep = configOf(join(root, 'long'.repeat(20), 'home'));
  await using database = await openDatabase(deep);
  expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
  expect(readHomeLock(deep.home)!.socketFolder.startsWith(tmpdir())).toBe(true);
  await using guest = await connectDatabase(deep);
  expect(await guest.query('select 1 as n')).toEqual([{ n: 1 }]);
});
