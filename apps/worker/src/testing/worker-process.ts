// A worker as a process of its own for tests that kill it: the database and the base come from the environment.
import { connectDatabase } from '@tomograph/data';
import { loadConfig } from '@tomograph/kernel';
import { pino } from 'pino';
import { startWorker } from '../start-worker.js';

const config = loadConfig();
const database = await connectDatabase(config);
const logger = pino({ level: 'error' }, pino.destination(2));
await startWorker({ config, database, logger, concurrency: 1 });
