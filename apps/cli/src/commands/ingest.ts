// `tomograph ingest PATH…`: into quarantine, then the same job as an upload; the worker that takes it may be this
// process. Each PATH (file, folder or zip) is one job.
import { randomUUID } from 'node:crypto';
import { cp, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { enqueueAlone, watchJobEvents } from '@tomograph/data';
import {
  AppError,
  appErrorFromJson,
  type IngestInput,
  type IngestResult,
  loadConfig,
} from '@tomograph/kernel';
import { sourceNames, startWorker } from '@tomograph/worker';
import { Command } from 'commander';
import { pino } from 'pino';
import { describeError, exitCodeOf, printJson, progressBar, say } from '../output.js';
import { type Local, openLocal } from '../serve/local.js';

interface IngestOptions {
  readonly report?: string;
  readonly case?: string;
  readonly json?: boolean;
}

/** What one PATH became. Study ids and the caller's own paths: nothing of this is stored or logged. */
interface PathOutcome {
  readonly path: string;
  readonly studies: IngestResult['studies'];
  readonly refused: IngestResult['refused'];
  readonly phasesMs: IngestResult['phasesMs'];
  readonly error?: { code: string; message: string };
}

const maxReportBytes = 1 << 20;

export function ingestCommand(): Command {
  return new Command('ingest')
    .description(
      'read CT scans, X-rays and reports: DICOM folders or zips, NIfTI, NRRD, MHA, PNG, JPEG, text',
    )
    .argument('<path...>', 'files, folders or zips; each is one job')
    .option('--report <file>', 'text of the report that belongs to every study found')
    .option('--case <id>', 'add to this case (the study id of an earlier ingest)')
    .option('--json', 'print studies, refusals and times as JSON')
    .action(ingest);
}

async function ingest(paths: string[], options: IngestOptions): Promise<void> {
  const config = loadConfig();
  const reportText = options.report === undefined ? undefined : await readReport(options.report);
  for (const path of paths) await assertReadable(path);
  await using local = await openLocal(config);
  const logger = pino({ name: 'worker', level: process.env.LOG_LEVEL ?? 'error' }, pino.destination(2));
  const worker = await startWorker({
    config,
    database: local.database,
    logger,
    concurrency: 1,
    kinds: ['INGEST'],
  });
  const outcomes: PathOutcome[] = [];
  let exitCode: 0 | 1 | 2 = 0;
  try {
    for (const path of paths) {
      try {
        outcomes.push(await ingestPath(path, { reportText, studyId: options.case }, local, config.home));
      } catch (error) {
        const { code } = error instanceof AppError ? error : { code: 'INTERNAL' };
        outcomes.push({
          path,
          studies: [],
          refused: [],
          phasesMs: {},
          error: { code, message: describeError(error) },
        });
        exitCode = exitCodeOf(error);
      }
      if (!options.json) tell(outcomes.at(-1)!);
    }
  } finally {
    await worker.close();
  }
  if (options.json) printJson(outcomes);
  process.exitCode = exitCode;
}

async function ingestPath(
  path: string,
  extra: Pick<IngestInput, 'reportText' | 'studyId'>,
  { database, projectId, who }: Local,
  home: string,
): Promise<PathOutcome> {
  const quarantine = randomUUID();
  const input: IngestInput = { quarantine, ...definedOnly(extra) };
  await intoQuarantine(path, join(home, 'quarantine', quarantine));
  const job = await enqueueAlone(database, {
    projectId,
    kind: 'INGEST',
    key: `ingest:${quarantine}`,
    input,
    createdByKeyId: who.keyId,
  });
  const bar = progressBar(basename(path));
  try {
    for await (const event of watchJobEvents(database, job.id, 0)) bar.update(event.progress, event.step);
  } finally {
    bar.stop();
  }
  const [row] = await database.query<{
    state: string;
    result: IngestResult;
    error: { code: string; message: string } | null;
  }>('select state::text as state, result, error from job where id = $1', [job.id]);
  if (row?.state !== 'SUCCEEDED') {
    await rm(join(home, 'quarantine', quarantine), { recursive: true, force: true });
    throw row?.error
      ? appErrorFromJson(row.error)
      : new AppError('CANCELLED', { message: 'the ingest was cancelled' });
  }
  const names = await sourceNames(database.secrets.pseudonymKey, path);
  return { path, ...withNames(row.result, names) };
}

/** The caller's own file names instead of the tokens that are stored. */
function withNames(result: IngestResult, names: ReadonlyMap<string, string>): IngestResult {
  const nameOf = (token: string) => names.get(token) ?? token;
  return {
    ...result,
    studies: result.studies.map((study) => ({ ...study, sources: study.sources.map(nameOf) })),
    refused: result.refused.map((refusal) => ({ ...refusal, source: nameOf(refusal.source) })),
  };
}

/** A copy under a name of our own, so that neither names nor later changes of the source matter. */
async function intoQuarantine(path: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o700 });
  const source = await stat(path);
  if (source.isDirectory())
    await cp(path, target, { recursive: true, dereference: true, errorOnExist: false });
  else await cp(path, join(target, basename(path)), { dereference: true });
}

async function assertReadable(path: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (!info) throw new AppError('INVALID_ARGUMENT', { message: `there is no file or folder ${path}` });
}

async function readReport(path: string): Promise<string> {
  await assertReadable(path);
  const bytes = await readFile(path);
  if (bytes.length > maxReportBytes) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `${path} has ${bytes.length} bytes, a report at most ${maxReportBytes}`,
    });
  }
  return bytes.toString('utf8');
}

function tell({ path, studies, refused, error }: PathOutcome): void {
  if (error) {
    say(`✗ ${path}: ${error.message}`);
    return;
  }
  for (const study of studies) {
    const known = study.duplicate ? ' (was there already)' : '';
    process.stdout.write(`${study.studyId}  ${study.kind.padEnd(6)} ${path}${known}\n`);
    for (const note of study.notes) say(`  note: ${note.message}`);
  }
  for (const item of refused) say(`  refused ${item.source}: ${item.message} [${item.code}]`);
  if (studies.length === 0 && refused.length === 0) say(`  nothing to read in ${path}`);
}

function definedOnly<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
