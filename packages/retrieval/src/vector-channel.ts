// Ranks studies by their vectors: exact while few vectors remain after the filters, HNSW above. The filters are in
// the statement that ranks, never applied afterwards; where the index gives too little, the exact statement answers.
import type { SqlDatabase } from '@tomograph/data';
import { type Clock, xrayViews } from '@tomograph/kernel';
import { loadSql } from './load-sql.js';
import type { RankedList, Reason } from './ranked-list.js';
import type { QueryVector } from './search-request.js';
import { literalsOf, type VectorSpace } from './vector-space.js';

/** Up to this many vectors after the filters every one is compared: about 40 ms embedded, 5 ms native at width 256. */
export const defaultExactBelow = 10_000;
/** Studies that a vector channel ranks; deeper is not paged. */
export const vectorWindow = 200;

/** With the default of 40 recall@10 was 0.60 on hard data, 0.93 and more from 200. */
export const efSearch = 200;
export const maxScanTuples = 20_000;
const maxTake = 8 * vectorWindow;
/** The largest int4. */
const maxCount = 0x7fffffff;

export interface VectorQuestion {
  readonly space: VectorSpace;
  /** All of `space`. */
  readonly vectors: readonly QueryVector[];
  /** $1–$10 of sql/study-filter.sql */
  readonly filterValues: readonly unknown[];
  readonly exactBelow: number;
}

interface RankedRow {
  readonly study_id: string;
  readonly score: number;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly part: string;
  readonly studies: number;
}

export async function rankByVectors(
  db: SqlDatabase,
  question: VectorQuestion,
  clock: Clock,
): Promise<RankedList> {
  const startMs = clock.monotonicMs();
  const { space, filterValues, exactBelow } = question;
  // a space that holds no more than that needs no counting
  const eligible =
    space.stored <= exactBelow
      ? space.stored
      : await countVectors(db, space, filterValues, Math.min(exactBelow + 1, maxCount));
  const near = eligible > exactBelow ? await nearStudies(db, question) : null;
  const rows = await rankStudies(db, question, near);
  const studies = rows[0]?.studies ?? 0;
  return {
    report: {
      channel: space.channel,
      mode: near ? 'HNSW' : 'EXACT',
      candidates: studies,
      recallAt10: near ? space.recallAt10 : null,
      space: space.label,
      tookMs: clock.monotonicMs() - startMs,
    },
    entries: rows.map((row) => ({ studyId: row.study_id, reason: reasonOf(row) })),
    isCut: near !== null || studies > rows.length,
  };
}

/** How many vectors remain after the filters, counted to `stopAt` at most. */
export async function countVectors(
  db: SqlDatabase,
  space: Pick<VectorSpace, 'id' | 'width' | 'hasRegions'>,
  filterValues: readonly unknown[],
  stopAt: number,
): Promise<number> {
  const text = loadSql('count-vectors', literalsOf(space));
  const [row] = await db.query<{ eligible: number }>(text, [...filterValues, stopAt]);
  return row?.eligible ?? 0;
}

/**
 * At least a window of studies by the index, or null when it gave fewer: it gives up after maxScanTuples vectors that
 * the filters refuse, and the exact statement must answer.
 */
export async function nearStudies(db: SqlDatabase, question: VectorQuestion): Promise<string[] | null> {
  const { space, vectors, filterValues } = question;
  const text = loadSql('near-hnsw', literalsOf(space));
  // a study has several vectors: take more of them until a window of studies is there
  for (let take = 2 * vectorWindow; take <= maxTake; take *= 2) {
    const rows = await db.transaction(async (tx) => {
      await tx.query(loadSql('hnsw-settings'), [efSearch, maxScanTuples]);
      return tx.query<{ study_id: string }>(text, [...filterValues, ...vectorValues(vectors), take]);
    });
    const studies = [...new Set(rows.map((row) => row.study_id))];
    if (studies.length >= vectorWindow) return studies;
    if (rows.length < take * vectors.length) return null;
  }
  return null;
}

/** Exact similarities of all studies that pass the filters, or of `only` these, best first. */
async function rankStudies(
  db: SqlDatabase,
  { space, vectors, filterValues }: VectorQuestion,
  only: readonly string[] | null,
): Promise<RankedRow[]> {
  const text = loadSql('rank-studies', literalsOf(space));
  return db.query<RankedRow>(text, [...filterValues, ...vectorValues(vectors), vectorWindow, only]);
}

function vectorValues(vectors: readonly QueryVector[]): [string[], string[]] {
  return [vectors.map(({ vector }) => vectorText(vector)), vectors.map(({ part }) => part)];
}

/** pgvector's text form. */
export function vectorText(vector: Float32Array | readonly number[]): string {
  return `[${Array.from(vector).join(',')}]`;
}

function reasonOf(row: RankedRow): Reason {
  return {
    score: row.score,
    sentence: null,
    seriesId: row.subject_kind === 'SERIES' ? row.subject_id : null,
    xrayId: row.subject_kind === 'XRAY' ? row.subject_id : null,
    view: xrayViews.find((view) => view === row.part) ?? null,
  };
}
