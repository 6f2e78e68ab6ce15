// ASSESS_NODULE as a job that a viewer asks for: which series, which places. The looking itself is the worker's.
import { type JobRecord, requireRole, type ViewerDb } from '@tomograph/data';
import {
  AppError,
  type AssessNoduleInput,
  canonicalJson,
  type NoduleTarget,
  noduleTargetsSchema,
  sha256,
} from '@tomograph/kernel';
import type { ModelDoor } from './model-catalogue.js';

export interface AskedNodules {
  readonly seriesId?: string | undefined;
  /** Its only CT is meant. */
  readonly studyId?: string | undefined;
  readonly targets: readonly NoduleTarget[];
}

/**
 * The same places on the same series, for the same champion, are the same job.
 * @throws AppError FORBIDDEN, NOT_FOUND, INVALID_ARGUMENT, LIMIT_EXCEEDED
 */
export async function assessNodules(
  db: ViewerDb,
  { database, registry }: ModelDoor,
  asked: AskedNodules,
): Promise<JobRecord> {
  await requireRole(database, db.viewer, 'CURATOR', 'nodule.assess');
  const parsed = noduleTargetsSchema.safeParse(asked.targets);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue!.path[0];
    throw invalid('places', `${typeof place === 'number' ? `place ${place + 1}: ` : ''}${issue!.message}`);
  }
  const series = await seriesOf(db, asked);
  const input: AssessNoduleInput = { seriesId: series.id, targets: parsed.data };
  const { projectId } = await db.study(series.studyId);
  const state = await registry.state();
  const champion = state.aliases('pare').get('champion') ?? 0; // a model that comes later answers anew
  const key = `nodule:${sha256(canonicalJson({ ...input, champion })).slice(7, 39)}`;
  return db.job((await db.enqueueJob({ projectId, kind: 'ASSESS_NODULE', key, input })).id);
}

async function seriesOf(db: ViewerDb, { seriesId, studyId }: AskedNodules) {
  if ((seriesId === undefined) === (studyId === undefined))
    throw invalid('series', 'name a series, or a case whose only CT is meant: one of both');
  const found =
    seriesId === undefined ? await db.seriesByStudyIds([studyId!]) : await db.seriesByIds([seriesId]);
  const argument = seriesId === undefined ? 'case' : 'series';
  if (found.length === 0) {
    throw new AppError('NOT_FOUND', {
      message: `no such ${argument}, or none that this key may see`,
      facts: { argument },
    });
  }
  const cts = found.filter(({ modality }) => modality === 'CT');
  if (cts.length === 1) return cts[0]!;
  throw invalid(
    argument,
    cts.length === 0
      ? `${seriesId === undefined ? 'the case has no CT' : `the series is ${found[0]!.modality}`}: nodules are assessed in CT in Hounsfield units`
      : `the case has ${cts.length} CT series: name one of them`,
  );
}

function invalid(argument: string, message: string): AppError {
  return new AppError('INVALID_ARGUMENT', { message, facts: { argument } });
}
