// `tomograph space …`: the life of embedding spaces from the machine itself: list, add, backfill, activate, roll back.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { SpaceRecord } from '@tomograph/data';
import { AppError, loadConfig, newId } from '@tomograph/kernel';
import {
  addedMeaningsFolder,
  ensureMeaning,
  type MeaningBundle,
  readMeaningBundle,
  startWorker,
} from '@tomograph/worker';
import { Command } from 'commander';
import { pino } from 'pino';
import { printJson, progressBar, say } from '../output.js';
import { type Local, openLocal } from '../serve/local.js';

export function spaceCommand(): Command {
  const space = new Command('space').description(
    'embedding spaces: which answers, and how another takes its place',
  );
  const json = ['--json', 'print JSON'] as const;
  space
    .command('list')
    .description('every space with its phase and recall')
    .option(...json)
    .action(listAll);
  space
    .command('add <folder>')
    .description('a learned space made elsewhere: its files are checked and copied')
    .option(...json)
    .action(add);
  space
    .command('backfill <space>')
    .description('compute what the space lacks, measure its recall; NAME@VERSION')
    .option(...json)
    .action(backfill);
  space
    .command('activate <space>')
    .description('let a READY space answer for its channel')
    .option(...json)
    .action((name: string, options: Json) => switchTo(name, options, 'activateSpace'));
  space
    .command('rollback <space>')
    .description('take back the cutover to this active space')
    .option(...json)
    .action((name: string, options: Json) => switchTo(name, options, 'rollbackSpace'));
  return space;
}

interface Json {
  readonly json?: boolean;
}

const labelOf = ({ name, version }: SpaceRecord): string => `${name}@${version}`;

async function listAll({ json }: Json): Promise<void> {
  await using local = await openLocal(loadConfig());
  const spaces = await local.viewer.spaces();
  if (json) return printJson(spaces);
  for (const space of spaces) tell(space);
}

function tell(space: SpaceRecord): void {
  const recall =
    space.recallAt10 === null ? 'recall not measured' : `recall@10 ${space.recallAt10.toFixed(3)}`;
  process.stdout.write(
    `${labelOf(space).padEnd(26)} ${space.channel.padEnd(8)} ${space.phase.padEnd(9)} ${space.stored} stored  ${recall}  ${space.digest}\n`,
  );
}

async function add(folder: string, { json }: Json): Promise<void> {
  const config = loadConfig();
  const bundle = await readMeaningBundle(resolve(folder));
  if (bundle === undefined) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `there is no folder ${folder}: give one with manifest.json, in the layout of weights/biud`,
    });
  }
  await copyBundle(bundle, addedMeaningsFolder(config.home));
  await using local = await openLocal(config);
  const space = await ensureMeaning(local.database, bundle);
  if (json) return printJson(space);
  tell(space);
  say(`next: tomograph space backfill ${labelOf(space)}, then tomograph space activate ${labelOf(space)}`);
}

/** Whole or not at all: readers take no folder that is not named by its digest. */
async function copyBundle({ files, digest }: MeaningBundle, into: string): Promise<void> {
  const partial = join(into, `.adding-${newId()}`);
  for (const [name, bytes] of files) {
    const path = join(partial, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  await rename(partial, join(into, digest.replace('sha256:', ''))).catch(async (error: unknown) => {
    await rm(partial, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error; // there already: the same bytes
  });
}

async function backfill(name: string, { json }: Json): Promise<void> {
  const config = loadConfig();
  await using local = await openLocal(config);
  const { id: spaceId } = await spaceNamed(local, name);
  const logger = pino({ level: 'warn' }, pino.destination(2));
  const worker = await startWorker({
    config,
    database: local.database,
    logger,
    concurrency: 1,
    kinds: ['BACKFILL'],
  });
  const bar = progressBar(name);
  try {
    const { id } = await local.viewer.backfillSpace(spaceId, local.projectId);
    for await (const event of local.viewer.watchJob(id)) bar.update(event.progress, event.step);
    const job = await local.viewer.job(id);
    if (job.state !== 'SUCCEEDED') {
      throw new AppError('SPACE_STATE', { message: `the backfill of ${name} ended as ${job.state}` });
    }
  } finally {
    bar.stop();
    await worker.close();
  }
  const space = await spaceNamed(local, name);
  if (json) printJson(space);
  else tell(space);
}

async function switchTo(
  name: string,
  { json }: Json,
  step: 'activateSpace' | 'rollbackSpace',
): Promise<void> {
  await using local = await openLocal(loadConfig());
  const { id } = await spaceNamed(local, name);
  const space = await local.viewer[step](id);
  if (json) printJson(space);
  else tell(space);
}

async function spaceNamed({ viewer }: Local, label: string): Promise<SpaceRecord> {
  const spaces = await viewer.spaces();
  const found = spaces.find((space) => labelOf(space) === label);
  if (found !== undefined) return found;
  throw new AppError('NOT_FOUND', {
    message: `no space ${label}: there are ${spaces.map(labelOf).join(', ')}`,
  });
}
