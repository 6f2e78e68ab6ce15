// One assessment of a place into its row, with its blobs under the study's care. The same place seen by the same model is
// one row: a repeated job finds it.
import { AppError, type NoduleAnswer, type NoduleTarget, newId, type Sha256 } from '@tomograph/kernel';
import type { BlobStore } from '@tomograph/registry';
import type { Sql } from '../connection/sql.js';
import type { SavedBlob } from './new-study.js';
import { saveBlobs } from './save-study.js';

export interface NewNoduleAssessment {
  readonly seriesId: string;
  readonly key: Sha256;
  /** Manifest. */
  readonly model: Sha256;
  readonly target: NoduleTarget;
  readonly answer: NoduleAnswer;
  readonly mask: SavedBlob | null;
  readonly seg: SavedBlob | null;
  readonly sr: SavedBlob | null;
}

/** @throws AppError NOT_FOUND when the series was erased meanwhile, CONFLICT when a blob is gone */
export async function saveNoduleAssessment(
  tx: Sql,
  store: BlobStore,
  made: NewNoduleAssessment,
): Promise<{ id: string; isNew: boolean }> {
  const [series] = await tx.query<{ studyId: string }>(
    'select study_id as "studyId" from series where id = $1 for share',
    [made.seriesId],
  );
  if (!series) {
    throw new AppError('NOT_FOUND', { message: 'the series is gone: its case was erased' });
  }
  const known = await noduleAssessmentId(tx, made.seriesId, made.key);
  if (known !== undefined) return { id: known, isNew: false };
  const { mask, seg, sr } = made;
  const blobs = [mask, seg, sr].filter((blob) => blob !== null);
  await saveBlobs(tx, store, blobs, series.studyId);
  const [row] = await tx.query<{ id: string }>(
    `insert into nodule_assessment (id, study_id, series_id, key, model, target, answer, mask_blob, seg_blob, sr_blob)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (series_id, key) do nothing returning id`,
    [
      newId(),
      series.studyId,
      made.seriesId,
      made.key,
      made.model,
      JSON.stringify(made.target),
      JSON.stringify(made.answer),
      mask?.digest ?? null,
      seg?.digest ?? null,
      sr?.digest ?? null,
    ],
  );
  if (row) return { id: row.id, isNew: true };
  return { id: (await noduleAssessmentId(tx, made.seriesId, made.key))!, isNew: false };
}

/** The row of a place, when the same model has seen it already. */
export async function noduleAssessmentId(
  sql: Sql,
  seriesId: string,
  key: Sha256,
): Promise<string | undefined> {
  const [row] = await sql.query<{ id: string }>(
    'select id from nodule_assessment where series_id = $1 and key = $2',
    [seriesId, key],
  );
  return row?.id;
}
