// A database of the server that TEST_DATABASE_URL names, copied from a template database; dropped when closed.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openConnection } from '../connection/connect.js';
import { templateDigest } from './template-digest.js';
import type { Target } from './test-database.js';

export async function nativeTarget(serverUrl: string): Promise<Target> {
  const name = `tomograph_test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, async (admin) => {
    await admin.query('select pg_advisory_lock(7236102)'); // template made once; nobody may be connected while copied
    const template = `tomograph_template_${templateDigest('native')}`;
    const found = await admin.query('select 1 from pg_database where datname = $1', [template]);
    if (found.rowCount === 0) await makeTemplate(admin, serverUrl, template);
    await admin.query(`create database ${name} template ${template}`);
  });
  return {
    target: { kind: 'native', url: withDatabase(serverUrl, name) },
    close: () =>
      onServer(serverUrl, async (admin) => void (await admin.query(`drop database ${name} with (force)`))),
  };
}

// Made under another name first: a template that exists is complete.
async function makeTemplate(admin: pg.Client, serverUrl: string, template: string): Promise<void> {
  const draft = `${template}_draft`;
  await admin.query(`drop database if exists ${draft} with (force)`);
  await admin.query(`create database ${draft}`);
  const connection = await openConnection({ kind: 'native', url: withDatabase(serverUrl, draft) });
  await connection.close();
  await admin.query(`alter database ${draft} rename to ${template}`);
}

async function onServer(url: string, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
