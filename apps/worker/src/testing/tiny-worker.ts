// A test database whose shipped base is the tiny one, and a worker on it in this process. Needs the built files of
// packages/models and apps/worker (threads).
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { enqueueAlone, type JobEventRecord, jobEvents, watchJobEvents } from '@tomograph/data';
import { type TestDatabase, testDatabase } from '@tomograph/data/testing';
import { type JobKind, newId, type ProjectId } from '@tomograph/kernel';
import type { BaseManifest } from '@tomograph/registry';
import { pino } from 'pino';
import { type ModelsRoom, openModels } from '../registry/models-room.js';
import { type RunningWorker, startWorker } from '../start-worker.js';
import { writeTinyBase } from './tiny-base.js';

export interface JobRow {
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
  readonly result: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface TinyWorker extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly baseFolder: string;
  readonly base: BaseManifest;
  /** Of its own: what it holds is not what the worker holds. */
  readonly models: ModelsRoom;
  readonly projectId: ProjectId;
  /** Puts a copy of a folder or file into quarantine. @returns its name there */
  quarantine(path: string): Promise<string>;
  enqueue(kind: JobKind, input: unknown): Promise<string>;
  /** Waits until the job is over. */
  ended(id: string): Promise<JobRow>;
  events(id: string): Promise<JobEventRecord[]>;
}

/** @param isWorking false: no worker runs, jobs wait for one that the test starts */
export async function tinyWorker(isWorking = true): Promise<TinyWorker> {
  const database = await testDatabase();
  const baseFolder = join(database.home, 'tiny-base');
  const base = await writeTinyBase(baseFolder);
  const config = { ...database.config, baseFolder };
  const logger = pino({ level: 'silent' });
  let worker: RunningWorker | undefined;
  if (isWorking) worker = await startWorker({ config, database, logger, concurrency: 1 });
  const models = openModels(config, database);
  await models.prepare();
  const projectId = await database.systemDbBypassingViewer('test').ensureProject('tiny');
  return {
    database,
    baseFolder,
    base,
    models,
    projectId,
    async quarantine(path) {
      const name = newId();
      await mkdir(join(database.home, 'quarantine'), { recursive: true });
      await cp(path, join(database.home, 'quarantine', name), { recursive: true });
      return name;
    },
    enqueue: async (kind, input) =>
      (await enqueueAlone(database, { projectId, kind, key: newId(), input })).id,
    async ended(id) {
      for await (const _ of watchJobEvents(database, id, 0, { pollMs: 50 }));
      const [row] = await database.query<JobRow>(
        'select id, state::text, attempt, result, error from job where id = $1',
        [id],
      );
      return row!;
    },
    events: (id) => jobEvents(database, id, 0, 1000),
    async [Symbol.asyncDispose]() {
      await worker?.close();
      await models[Symbol.asyncDispose]();
      await database.close();
    },
  };
}
