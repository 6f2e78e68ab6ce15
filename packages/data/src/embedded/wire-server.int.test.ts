import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { memoryDatabase } from '../testing/embedded-target.js';
import { startWireServer, type WireServer } from './wire-server.js';

let folder: string;
let db: PGlite;
let server: WireServer;
const pools: pg.Pool[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tg-wire-'));
  db = await memoryDatabase(folder);
  server = await startWireServer({ db, path: join(folder, '.s.PGSQL.5432'), idleInTransactionMs: 300 });
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
});
afterAll(async () => {
  await server.close();
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

function poolOf(max: number): pg.Pool {
  const pool = new pg.Pool({ host: folder, user: 'postgres', database: 'postgres', max });
  pool.on('error', () => {});
  pools.push(pool);
  return pool;
}

test('clients with statements above 64 KiB and different shapes get their own answers', async () => {
  const pool = poolOf(8);
  const ask = async (n: number) => {
    const big = 'x'.repeat(200_000 + n);
    const [sql, values] =
      n % 2 === 0
        ? ['select $1::int as n, length($2::text) as l', [n, big]]
        : ['select $1::int as n, $2::int as other, length($3::text) as l', [n, 1, big]];
    const { rows } = await pool.query(sql as string, values as unknown[]);
    return rows[0];
  };
  const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => ask(n)));
  answers.forEach((answer, n) => {
    expect(answer).toMatchObject({ n, l: 200_000 + n });
  });
});

test('one client failing leaves the others their answers', async () => {
  const pool = poolOf(8);
  const asked = Array.from({ length: 40 }, (_, n) => pool.query('select 10 / $1::int as x', [n % 4]));
  const settled = await Promise.allSettled(asked);
  settled.forEach((outcome, n) => {
    if (n % 4 === 0) expect(outcome).toMatchObject({ reason: { code: '22012' } });
    else expect(outcome).toMatchObject({ value: { rows: [{ x: Math.trunc(10 / (n % 4)) }] } });
  });
});

test('a transaction is alone: what others ask waits until it ends', async () => {
  const pool = poolOf(2);
  await pool.query('create table if not exists counted (n int)');
  const client = await pool.connect();
  await client.query('begin');
  await client.query('insert into counted values (1)');
  const other = pool.query('select count(*)::int as n from counted');
  await client.query('rollback');
  client.release();
  expect((await other).rows).toEqual([{ n: 0 }]);
});

test('a transaction whose client goes away is rolled back', async () => {
  const pool = poolOf(2);
  const client = await pool.connect();
  await client.query('create table if not exists left_open (n int)');
  await client.query('begin');
  await client.query('insert into left_open values (1)');
  client.release(true); // closes the connection
  expect((await pool.query('select count(*)::int as n from left_open')).rows).toEqual([{ n: 0 }]);
});

test('a client that holds a transaction and says nothing is cut off', async () => {
  const pool = poolOf(2);
  const client = await pool.connect();
  const ended = new Promise((resolve) => client.once('error', resolve));
  await client.query('begin');
  expect((await pool.query('select 1 as n')).rows).toEqual([{ n: 1 }]); // waits until the silent one is gone
  await ended;
  client.release(true);
});

test('bytes that are no Postgres protocol end the connection and nothing else', async () => {
  const { connect } = await import('node:net');
  const socket = connect(join(folder, '.s.PGSQL.5432'));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\n\r\n');
  await closed;
  expect((await poolOf(1).query('select 1 as n')).rows).toEqual([{ n: 1 }]);
});
