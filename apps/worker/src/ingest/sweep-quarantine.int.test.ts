import { mkdir, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { enqueueAlone } from '@tomograph/data';
import { type TestDatabase, testDatabase } from '@tomograph/data/testing';
import { newId } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { sweepQuarantine } from './sweep-quarantine.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.close());

async function folder(part: string, name: string, hoursOld: number): Promise<void> {
  const path = join(database.home, part, name);
  await mkdir(path, { recursive: true });
  const at = Date.now() / 1000 - 3600 * hoursOld;
  await utimes(path, at, at);
}

test('what no job needs goes after an hour: inputs, and checkpoints of trainings; what waits or is new stays', async () => {
  const projectId = await database.systemDbBypassingViewer('test').ensureProject('sweep');
  const [waiting, lost, fresh] = [newId(), newId(), newId()];
  const input = { quarantine: waiting };
  const { id } = await enqueueAlone(database, { projectId, kind: 'TRAIN_TASK', key: 'sweep', input });
  for (const name of [waiting, lost]) await folder('quarantine', name, 2);
  await folder('quarantine', fresh, 0);
  await folder('training', id, 2);
  await folder('training', newId(), 2);
  expect(await sweepQuarantine(database.home, database)).toBe(2);
  expect((await readdir(join(database.home, 'quarantine'))).sort()).toEqual([waiting, fresh].sort());
  expect(await readdir(join(database.home, 'training'))).toEqual([id]);
});
