// Takes uploads out of quarantine that nobody made a case of in time: rows and bytes. Uploads with a job are the job's.
import { type Database, removeExpiredUploads } from '@tomograph/data';
import type { Logger } from 'pino';
import { logUnexpected } from '../errors/log-error.js';
import type { Quarantine } from './quarantine.js';

const everyMs = 5 * 60_000;

export function startSweeping(database: Database, quarantine: Quarantine, logger: Logger) {
  let last: Promise<void> = Promise.resolve();
  const sweep = async (): Promise<void> => {
    try {
      await sweepUploads(database, quarantine);
    } catch (error) {
      logUnexpected(logger, 'sweep-uploads', 'sweep-uploads', error); // the next round tries again
    }
  };
  const timer = setInterval(() => {
    last = sweep();
  }, everyMs).unref();
  last = sweep();
  return {
    async stop(): Promise<void> {
      clearInterval(timer);
      await last;
    },
  };
}

export async function sweepUploads(database: Database, quarantine: Quarantine): Promise<void> {
  for (const id of await removeExpiredUploads(database)) await quarantine.remove(id);
}
