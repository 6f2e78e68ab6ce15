// Segmentations of the cases that one viewer sees. What is outside is missing, never forbidden.
import { isUuid } from '@tomograph/kernel';
import type { Sql } from '../connection/sql.js';
import { segmentationColumns } from '../ingest/save-segmentation.js';
import type { SegmentationRecord } from './segmentation-records.js';

export interface SegmentationReads {
  segmentationsByIds(ids: readonly string[]): Promise<SegmentationRecord[]>;
  /** Newest first. */
  segmentationsBySeriesIds(seriesIds: readonly string[]): Promise<SegmentationRecord[]>;
}

/** @param scope the viewer's projects; undefined = all */
export function segmentationReads(sql: Sql, scope: readonly string[] | undefined): SegmentationReads {
  const read = (column: 'id' | 'series_id') => (ids: readonly string[]) =>
    sql.query<SegmentationRecord>(
      `select ${segmentationColumns} from segmentation s join study on study.id = s.study_id
         where s.${column} = any($1::uuid[]) and ($2::uuid[] is null or study.project_id = any($2))
         order by s.created_at desc, s.id`,
      [ids.filter(isUuid), scope ?? null],
    );
  return { segmentationsByIds: read('id'), segmentationsBySeriesIds: read('series_id') };
}
