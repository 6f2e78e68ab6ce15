// INGEST: quarantine → isolated reader → pictures and vectors → studies. Every step can be repeated: the same content
// is the same study, so a job taken over from a dead worker ends with the same rows.
import { rm } from 'node:fs/promises';
import type { ClaimedJob, JobContext } from '@tomograph/data';
import { parseReport, type ReadInputItem, readInIsolation } from '@tomograph/imaging';
import { AppError, type IngestInput, type IngestResult, ingestInputSchema } from '@tomograph/kernel';
import type { WorkerDependencies } from '../dependencies.js';
import { groupByStudy } from './group-by-study.js';
import { PhaseClock } from './phase-clock.js';
import { quarantinedInput } from './quarantined-input.js';
import { sourceToken } from './source-token.js';
import { storeStudy } from './store-study.js';

/** Share of the progress bar that reading takes; the rest is pictures, vectors and rows, study by study. */
const readingShare = 0.4;

export async function runIngest(
  job: ClaimedJob,
  context: JobContext,
  deps: WorkerDependencies,
): Promise<IngestResult> {
  const input = ingestInputSchema.parse(job.input);
  const path = await quarantinedInput(deps.config.home, input.quarantine);
  const result = await ingestPath(path, input, job, context, deps);
  // Only now: a job that is repeated needs its input again. What is left by a failure goes with sweepQuarantine.
  await rm(path, { recursive: true, force: true });
  return result;
}

async function ingestPath(
  path: string,
  input: IngestInput,
  job: ClaimedJob,
  context: JobContext,
  deps: WorkerDependencies,
): Promise<IngestResult> {
  const clock = new PhaseClock();
  await context.progress(0, 'reading');
  const read = await clock.time('read', () =>
    readInIsolation(path, {
      key: deps.database.secrets.pseudonymKey,
      signal: context.signal,
      timeoutMs: 600_000,
      onProgress: ({ done, total }) =>
        void context.progress((readingShare * done) / Math.max(1, total), 'reading'),
    }),
  );
  const attached = input.reportText === undefined ? undefined : parseReport(input.reportText);
  const groups = groupByStudy(read.items, attached, deps.database.secrets.pseudonymKey);
  if (groups.length === 0 && read.refused.length > 0) throw refusedAll(read.refused);

  const token = (source: string) => sourceToken(deps.database.secrets.pseudonymKey, source);
  const studies: IngestResult['studies'] = [];
  for (const [done, group] of groups.entries()) {
    context.signal.throwIfAborted();
    await context.progress(readingShare + ((1 - readingShare) * done) / groups.length, 'storing');
    const saved = await storeStudy(
      group,
      { projectId: job.projectId, studyId: input.studyId },
      context,
      deps,
      clock,
    );
    studies.push({
      studyId: saved.studyId,
      kind: kindOf(group.items),
      duplicate: saved.duplicate,
      sources: group.items.flatMap((item) => item.sources.map(token)),
      notes: group.items.flatMap(notesOf),
    });
  }
  return {
    studies,
    refused: read.refused.map((refusal) => ({ ...refusal, source: token(refusal.source) })),
    phasesMs: clock.phasesMs(),
  };
}

function kindOf(items: readonly ReadInputItem[]): 'CT' | 'XRAY' | 'REPORT' {
  if (items.some((item) => item.kind === 'CT')) return 'CT';
  return items.some((item) => item.kind === 'XRAY') ? 'XRAY' : 'REPORT';
}

function notesOf(item: ReadInputItem): IngestResult['studies'][number]['notes'] {
  return [...(item.kind === 'CT' || item.kind === 'LABEL' ? item.facts.notes : item.notes)];
}

/** Nothing could be used: the job fails with the first reason, and the count of the others. */
function refusedAll(refused: readonly { code: string; message: string; source: string }[]): AppError {
  const [first] = refused;
  const others = refused.length > 1 ? ` (and ${refused.length - 1} more refused)` : '';
  return new AppError(first!.code as AppError['code'], {
    message: `${first!.message}${others}`,
    facts: { refused: refused.length },
  });
}
