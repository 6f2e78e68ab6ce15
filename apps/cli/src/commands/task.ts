// `tomograph task add --name spleen --labels labels.json --data DIR`: teaches the base one more task from a folder or zip in
// nnU-Net's layout, as a job like any other; the worker that takes it may be this process.
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AppError,
  loadConfig,
  type TrainingPoint,
  type TrainTaskInput,
  type TrainTaskResult,
  trainTaskInputSchema,
} from '@tomograph/kernel';
import { openRegistry, startWorker } from '@tomograph/worker';
import { Command } from 'commander';
import { pino } from 'pino';
import { assertReadable, intoQuarantine } from '../jobs/into-quarantine.js';
import { runJob } from '../jobs/run-job.js';
import { wholeNumber } from '../options.js';
import { printJson, say } from '../output.js';
import { type Local, openLocal } from '../serve/local.js';
import { actorOf } from './registry/open-models.js';
import { readLabels, withCaseNames } from './task/task-data.js';

interface AddOptions {
  readonly name: string;
  readonly data: string;
  readonly labels?: string;
  readonly licence?: string;
  readonly description: string;
  readonly base?: string;
  readonly steps: string;
  readonly rank: string;
  readonly batch: string;
  readonly seed: string;
  readonly promote?: boolean;
  readonly json?: boolean;
}

export function taskCommand(): Command {
  const task = new Command('task').description('segmentation tasks');
  task
    .command('add')
    .description('teach the base one more task: checks the data, trains, registers, certifies')
    .requiredOption('--name <name>', 'of the task: lower case letters, digits, . _ -')
    .requiredOption('--data <path>', "folder or zip in nnU-Net's layout: imagesTr, labelsTr, dataset.json")
    .option('--labels <file>', 'structures to learn: {"spleen": 1}; default all of dataset.json')
    .option('--licence <spdx>', 'of the task; default the one that dataset.json names')
    .option('--description <text>', 'for people', '')
    .option('--base <uri>', 'default the shipped base')
    .option('--steps <n>', 'training steps', '600')
    .option('--rank <n>', 'of the factors', '8')
    .option('--batch <n>', 'crops per step', '1')
    .option('--seed <n>', 'of everything that is drawn', '1')
    .option('--promote', 'make it champion when its certificate is green')
    .option('--json', 'print the result as JSON')
    .action(addTask);
  return task;
}

async function addTask(options: AddOptions): Promise<void> {
  await assertReadable(options.data);
  const draft = {
    name: options.name,
    description: options.description,
    licence: options.licence ?? (await licenceOf(options.data)),
    steps: wholeNumber('--steps', options.steps, 1, 100_000),
    rank: wholeNumber('--rank', options.rank, 1, 64),
    batchSize: wholeNumber('--batch', options.batch, 1, 16),
    seed: wholeNumber('--seed', options.seed, 0, 2 ** 31 - 1),
    ...(options.labels === undefined ? {} : { labels: await readLabels(options.labels) }),
    ...(options.base === undefined ? {} : { base: options.base }),
  };
  const config = loadConfig();
  await using local = await openLocal(config);
  const quarantine = randomUUID();
  const input = parseInput({ ...draft, quarantine, who: local.who.name });
  const folder = join(config.home, 'quarantine', quarantine);
  await intoQuarantine(options.data, folder);
  const logger = pino({ name: 'worker', level: process.env.LOG_LEVEL ?? 'error' }, pino.destination(2));
  const worker = await startWorker({
    config,
    database: local.database,
    logger,
    concurrency: 1,
    kinds: ['TRAIN_TASK'],
  });
  try {
    const result = await train(input, local, options.data);
    const promoted = options.promote === true && (await promote(result, local));
    if (options.json) printJson({ ...result, promoted });
    else tell(result, promoted);
    if (result.verdict === 'red') process.exitCode = 1;
  } finally {
    await worker.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function parseInput(draft: unknown): TrainTaskInput {
  const parsed = trainTaskInputSchema.safeParse(draft);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('INVALID_ARGUMENT', { message: `--${issue!.path.join('.')}: ${issue!.message}` });
}

async function train(input: TrainTaskInput, local: Local, data: string): Promise<TrainTaskResult> {
  const steps = { next: 0 };
  try {
    return await runJob<TrainTaskResult>(local, {
      kind: 'TRAIN_TASK',
      key: `train:${input.quarantine}`,
      input,
      title: input.name,
      onEvent: ({ data: point }) => tellPoint(point as TrainingPoint | undefined, steps),
    });
  } catch (error) {
    throw await withCaseNames(error, data);
  }
}

/** A line per tenth of the training: enough for a log file, not too much for a terminal. */
function tellPoint(point: TrainingPoint | undefined, told: { next: number }): void {
  if (point?.kind !== 'training' || point.step < told.next) return;
  told.next = point.step + point.steps / 10;
  say(`step ${point.step}/${point.steps}  loss ${point.loss.toFixed(3)}  soft Dice ${point.dice.toFixed(3)}`);
}

async function promote({ model, version, verdict }: TrainTaskResult, local: Local): Promise<boolean> {
  if (verdict === 'red') return false;
  const { registry } = openRegistry(local.database);
  await registry.promote({
    model,
    version,
    alias: 'champion',
    by: actorOf(local),
    why: 'task add --promote',
  });
  return true;
}

function tell(result: TrainTaskResult, promoted: boolean): void {
  const { model, version, verdict, dice, cases, notes, seconds } = result;
  process.stdout.write(`models:/${model}/${version}\n`);
  for (const note of notes) say(`note: ${note}`);
  say(`Dice on ${cases.test} held-out cases: ${dice === null ? 'not measured' : dice.toFixed(3)}`);
  say(`certificate ${verdict}; ${cases.training} cases, ${seconds.toFixed(0)} s`);
  if (promoted) say(`${model}@champion is version ${version} now`);
  else if (verdict === 'green') say(`to use it: tomograph registry promote ${model}/${version}`);
}

/** @throws AppError LICENCE_MISSING */
async function licenceOf(data: string): Promise<string> {
  const text = await readFile(join(data, 'dataset.json'), 'utf8').catch(() => '{}');
  try {
    const { licence, license } = JSON.parse(text) as { licence?: unknown; license?: unknown };
    const found = licence ?? license;
    if (typeof found === 'string' && found.trim() !== '') return found.trim().slice(0, 100);
  } catch {
    // the job says what is wrong with dataset.json
  }
  throw new AppError('LICENCE_MISSING', {
    message:
      'say under which licence the task is: --licence with an SPDX expression such as CC-BY-4.0, or LicenseRef-…',
  });
}
