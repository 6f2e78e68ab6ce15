// The demo as a stranger runs it, in its quick form and on the tiny base. Needs the built files.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeTinyBase } from '@tomograph/worker/testing';
import { expect, test } from 'vitest';
import { repositoryRoot } from './shared-data.js';

test('two tasks from phantom folders: what the first one finds stays the same bytes, and the certificate is green', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tg-demo-'));
  try {
    await writeTinyBase(join(folder, 'base'));
    const script = join(repositoryRoot(), 'scripts', 'demo-no-forgetting.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [script, '--quick', '--json'], {
      env: { ...process.env, TOMOGRAPH_BASE: join(folder, 'base') },
      maxBuffer: 16 << 20,
    });
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ isSame: true, isGreen: true });
    expect(found.after.sha256).toBe(found.before.sha256);
    expect(found.both.structures.map(({ structure }: { structure: string }) => structure)).toEqual([
      'spleen',
      'stomach',
    ]);
    expect(found.certificate.tasks.map(({ model }: { model: string }) => model)).toEqual([
      'spleen',
      'stomach',
    ]);
    expect(found.certificate.canaries).toHaveLength(2);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 300_000);
