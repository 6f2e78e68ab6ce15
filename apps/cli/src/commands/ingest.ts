// `tomograph ingest PATH…`: into quarantine, then the same job as an upload; the worker that takes it may be this
// process. Each PATH (file, folder or zip) is one job.
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, type IngestInput, type IngestResult, loadConfig } from '@tomograph/kernel';
import { sourceNames, startWorker } from '@tomograph/worker';
import { Command } from 'commander';
import { pino } from 'pino';
import { assertReadable, intoQuarantine } from '../jobs/into-quarantine.js';
import { runJob } from '../jobs/run-job.js';
import { describeError, exitCodeOf, printJson, say } from '../output.js';
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
  local: Local,
  home: string,
): Promise<PathOutcome> {
  const quarantine = randomUUID();
  const input: IngestInput = { quarantine, ...definedOnly(extra) };
  await intoQuarantine(path, join(home, 'quarantine', quarantine));
  const request = { kind: 'INGEST', key: `ingest:${quarantine}`, input, title: basename(path) } as const;
  let result: IngestResult;
  try {
    result = await runJob<IngestResult>(local, request);
  } catch (error) {
    await rm(join(home, 'quarantine', quarantine), { recursive: true, force: true });
    throw error;
  }
  const names = await sourceNames(local.database.secrets.pseudonymKey, path);
  return { path, ...withNames(result, names) };
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
