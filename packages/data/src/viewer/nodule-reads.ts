// Assessments of nodules in the cases that one viewer sees. What is outside is missing, never forbidden.
import { isUuid, type NoduleAnswer, type NoduleTarget, type Sha256 } from '@tomograph/kernel';
import type { Sql } from '../connection/sql.js';

export interface NoduleAssessmentRecord {
  readonly id: string;
  readonly studyId: string;
  readonly seriesId: string;
  /** Manifest. */
  readonly model: Sha256;
  readonly target: NoduleTarget;
  readonly answer: NoduleAnswer;
  readonly maskBlob: Sha256 | null;
  readonly segBlob: Sha256 | null;
  readonly srBlob: Sha256 | null;
  readonly createdAt: Date;
}

export interface NoduleReads {
  noduleAssessmentsByIds(ids: readonly string[]): Promise<NoduleAssessmentRecord[]>;
  /** Newest first, at most 200 of each series. */
  noduleAssessmentsBySeriesIds(seriesIds: readonly string[]): Promise<NoduleAssessmentRecord[]>;
}

const columns = `n.id, n.study_id as "studyId", n.series_id as "seriesId", n.model, n.target, n.answer,
  n.mask_blob as "maskBlob", n.seg_blob as "segBlob", n.sr_blob as "srBlob", n.created_at as "createdAt"`;
const mostPerSeries = 200;

/** @param scope the viewer's projects; undefined = all */
export function noduleReads(sql: Sql, scope: readonly string[] | undefined): NoduleReads {
  return {
    noduleAssessmentsByIds: (ids) =>
      sql.query<NoduleAssessmentRecord>(
        `select ${columns} from nodule_assessment n join study on study.id = n.study_id
           where n.id = any($1::uuid[]) and ($2::uuid[] is null or study.project_id = any($2))`,
        [ids.filter(isUuid), scope ?? null],
      ),
    noduleAssessmentsBySeriesIds: (ids) =>
      sql.query<NoduleAssessmentRecord>(
        `select ${columns} from unnest($1::uuid[]) wanted (id)
           cross join lateral (
             select * from nodule_assessment of where of.series_id = wanted.id
               order by of.created_at desc, of.id limit ${mostPerSeries}
           ) n
           join study on study.id = n.study_id
           where $2::uuid[] is null or study.project_id = any($2)
           order by n.created_at desc, n.id`,
        [ids.filter(isUuid), scope ?? null],
      ),
  };
}
