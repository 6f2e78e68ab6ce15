// Ranks studies by their report sentences. What a sentence claims decides, not the words in it: see sql/rank-text.sql.
import type { Sql } from '@tomograph/data';
import type { Clock } from '@tomograph/kernel';
import { loadSql } from './load-sql.js';
import type { RankedList } from './ranked-list.js';
import type { TextQuery } from './text-query.js';

/** Studies that the text channel ranks; deeper is not paged. */
export const textWindow = 1000;

interface TextRow {
  readonly study_id: string;
  readonly sentence_id: string;
  readonly section: string;
  readonly ordinal: number;
  readonly text: string;
  readonly score: number;
  readonly studies: number;
}

export async function rankByText(
  sql: Sql,
  query: TextQuery,
  filterValues: readonly unknown[],
  clock: Clock,
): Promise<RankedList> {
  const startMs = clock.monotonicMs();
  const rows = await sql.query<TextRow>(loadSql('rank-text'), [...filterValues, ...textValues(query)]);
  const studies = rows[0]?.studies ?? 0;
  return {
    report: {
      channel: 'TEXT',
      mode: 'TEXT',
      candidates: studies,
      recallAt10: null,
      space: null,
      tookMs: clock.monotonicMs() - startMs,
    },
    entries: rows.map((row) => ({
      studyId: row.study_id,
      reason: {
        score: row.score,
        sentence: { id: row.sentence_id, section: row.section, ordinal: row.ordinal, text: row.text },
        seriesId: null,
        xrayId: null,
        view: null,
      },
    })),
    isCut: studies > rows.length,
  };
}

/** The values of $11–$16 of sql/rank-text.sql. */
export function textValues({
  wanted,
  excluded,
  terms,
  termsMust,
  typedWords,
}: TextQuery): readonly unknown[] {
  return [[...wanted], [...excluded], terms, termsMust, textWindow, typedWords];
}
