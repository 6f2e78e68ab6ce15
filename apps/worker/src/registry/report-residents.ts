// Tells the database every few seconds that this worker lives and which models it holds, for the API and for metrics.
import {
  closeWorkerSession,
  type Database,
  noteWorkerSession,
  openWorkerSession,
  type WorkerResidents,
} from '@tomograph/data';
import type { Logger } from 'pino';
import type { ModelHouse } from './model-house.js';
import { runtimeOf } from './runtime.js';

const everyMs = 5000;

export async function reportResidents(
  database: Database,
  house: ModelHouse,
  provider: string,
  logger: Logger,
): Promise<AsyncDisposable> {
  const { device } = runtimeOf({ provider, threads: 1 });
  const id = await openWorkerSession(database, `${provider}: ${device}`, residentsOf(house));
  const timer = setInterval(() => {
    noteWorkerSession(database, id, residentsOf(house)).catch((error: unknown) =>
      logger.warn({ err: error }, 'residents not noted'),
    );
  }, everyMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await closeWorkerSession(database, id).catch(() => undefined); // it is forgotten after half a minute anyway
    },
  };
}

function residentsOf(house: ModelHouse): WorkerResidents {
  const { bases, ...adapters } = house.describe();
  return {
    bases: bases.map(({ manifest, name, pool: { queued, running, completed } }) => ({
      manifest,
      name,
      queued,
      running,
      completed,
    })),
    ...adapters,
  };
}
