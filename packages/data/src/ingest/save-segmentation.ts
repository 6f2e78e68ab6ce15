// One segmentation into its row, with its blobs under the study's care. The same choice of versions for a series is one
// row: a repeated job finds it.
import { AppError, newId, type Sha256 } from '@tomograph/kernel';
import type { BlobStore } from '@tomograph/registry';
import type { Sql } from '../connection/sql.js';
import type {
  SegmentationConflicts,
  SegmentationRecord,
  SegmentationStructure,
  SegmentationTask,
} from '../viewer/segmentation-records.js';
import type { SavedBlob } from './new-study.js';
import { saveBlobs } from './save-study.js';

export interface NewSegmentation {
  readonly seriesId: string;
  readonly key: Sha256;
  readonly base: Sha256;
  readonly tasks: readonly SegmentationTask[];
  readonly structures: readonly SegmentationStructure[];
  readonly conflicts: SegmentationConflicts;
  readonly labels: SavedBlob;
  readonly dicom: SavedBlob | null;
  readonly geometryDigest: Sha256;
  readonly runtime: unknown;
}

/** @throws AppError NOT_FOUND when the series was erased meanwhile, CONFLICT when a blob is gone */
export async function saveSegmentation(
  tx: Sql,
  store: BlobStore,
  segmentation: NewSegmentation,
): Promise<{ id: string; isNew: boolean }> {
  const { seriesId, key } = segmentation;
  const [series] = await tx.query<{ studyId: string }>(
    'select study_id as "studyId" from series where id = $1 for share',
    [seriesId],
  );
  if (!series) {
    throw new AppError('NOT_FOUND', { message: 'the series is gone: its case was erased' });
  }
  const known = await segmentationOf(tx, seriesId, key);
  if (known) return { id: known.id, isNew: false };
  const { labels, dicom } = segmentation;
  await saveBlobs(tx, store, dicom === null ? [labels] : [labels, dicom], series.studyId);
  const [made] = await tx.query<{ id: string }>(
    `insert into segmentation (id, study_id, series_id, key, base, tasks, structures, conflicts, labels_blob, dicom_blob,
        geometry_digest, runtime) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       on conflict (series_id, key) do nothing returning id`,
    [
      newId(),
      series.studyId,
      seriesId,
      key,
      segmentation.base,
      JSON.stringify(segmentation.tasks),
      JSON.stringify(segmentation.structures),
      JSON.stringify(segmentation.conflicts),
      labels.digest,
      dicom?.digest ?? null,
      segmentation.geometryDigest,
      JSON.stringify(segmentation.runtime),
    ],
  );
  if (made) return { id: made.id, isNew: true };
  return { id: (await segmentationOf(tx, seriesId, key))!.id, isNew: false };
}

export async function segmentationOf(
  sql: Sql,
  seriesId: string,
  key: string,
): Promise<SegmentationRecord | undefined> {
  const [row] = await sql.query<SegmentationRecord>(
    `select ${segmentationColumns} from segmentation s where series_id = $1 and key = $2`,
    [seriesId, key],
  );
  return row;
}

export const segmentationColumns = `s.id, s.study_id as "studyId", s.series_id as "seriesId", s.base, s.tasks, s.structures,
  s.conflicts, s.labels_blob as "labelsBlob", s.dicom_blob as "dicomBlob", s.geometry_digest as "geometryDigest",
  s.runtime, s.created_at as "createdAt"`;
