// What the reports nearest to a vector say of some findings: evidence beside a drafted sentence. No search: nothing is
// ranked for a reader to browse, see search-cases.ts.
import type { SqlDatabase } from '@tomograph/data';
import type { SearchViewer } from './filter-values.js';
import { loadSql } from './load-sql.js';
import { vectorText } from './vector-channel.js';

/** A sentence of a stored report. */
export interface ReportFact {
  readonly sentenceId: string;
  readonly studyId: string;
  readonly present: readonly string[];
  readonly absent: readonly string[];
  /** Cosine of the report to the vector. */
  readonly similarity: number;
}

export interface NearTo {
  /** Id of the embedding space. */
  readonly space: number;
  readonly width: number;
  readonly vector: Float32Array;
  /** The case that asks. */
  readonly exceptStudyId: string;
}

/** Sentences that affirm or deny one of the findings, of the nearest reports of other cases; the nearest report first. */
export async function nearestReports(
  db: SqlDatabase,
  viewer: SearchViewer,
  { space, width, vector, exceptStudyId }: NearTo,
  { reports, findings }: { readonly reports: number; readonly findings: readonly string[] },
): Promise<ReportFact[]> {
  if (findings.length === 0) return [];
  return db.query<ReportFact>(loadSql('nearest-reports', { space, width }), [
    [...viewer.projectIds],
    exceptStudyId,
    vectorText(vector),
    reports,
    [...findings],
  ]);
}
