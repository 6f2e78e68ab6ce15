// Ranks studies by their report sentences. What a sentence claims decides, not the words in it: see sql/rank-findings.sql and
// sql/rank-words.sql.
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
  const { statement, values } = textStatement(query);
  const rows = await sql.query<TextRow>(loadSql(statement), [...filterValues, ...values]);
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

/** Which statement answers, and its values from $11 on. */
export function textStatement({ wanted, excluded, terms, termsMust, typedWords }: TextQuery): {
  readonly statement: 'rank-words' | 'rank-findings';
  readonly values: readonly unknown[];
} {
  return wanted.length + excluded.length === 0
    ? { statement: 'rank-words', values: [terms, termsMust, textWindow, typedWords] }
    : {
        statement: 'rank-findings',
        values: [[...wanted], [...excluded], terms, termsMust, textWindow, typedWords],
      };
}
