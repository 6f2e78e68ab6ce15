// `tomograph worker`: takes jobs until it is stopped. Start as many as there are machines.
import { connectDatabase } from '@tomograph/data';
import { AppError, loadConfig } from '@tomograph/kernel';
import { startWorker } from '@tomograph/worker';
import { Command } from 'commander';
import { pino } from 'pino';
import { say } from '../output.js';
import { whenToldToStop } from '../serve/supervised-process.js';

export function workerCommand(): Command {
  return new Command('worker')
    .description('take jobs from the queue (serve starts one for you)')
    .option('--concurrency <n>', 'jobs at the same time', '2')
    .action(runWorker);
}

async function runWorker(options: { concurrency: string }): Promise<void> {
  const concurrency = Number(options.concurrency);
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `--concurrency is a whole number from 1 to 64, got ${options.concurrency}`,
    });
  }
  const config = loadConfig();
  const database = await connectDatabase(config);
  const logger = pino({ name: 'worker', level: process.env.LOG_LEVEL ?? 'warn' }, pino.destination(2));
  const worker = await startWorker({ config, database, logger, concurrency, isServing: true });
  whenToldToStop(async () => {
    await worker.close();
    await database.close();
  });
  if (process.send === undefined) say('worker takes jobs; Ctrl-C stops it');
}
