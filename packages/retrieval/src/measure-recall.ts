// Recall@10 of a space's index against exact search on the space's own vectors. Measured, never assumed; not a
// statement about medicine: it says how much the index loses, not how good the vectors are.
import type { SqlDatabase } from '@tomograph/data';
import { AppError } from '@tomograph/kernel';
import { loadSql } from './load-sql.js';
import { efSearch, maxScanTuples } from './vector-channel.js';
import { findSpace, literalsOf } from './vector-space.js';

export const defaultRecallSample = 50;

interface Neighbour {
  readonly id: number;
  readonly distance: number;
}

/**
 * Mean share of the ten nearest that the index finds, over up to `sample` vectors of the space, with the settings
 * that searches use. Neighbours at the distance of the tenth are as good as it (duplicates). A space with fewer than
 * two vectors loses nothing: 1.
 * @throws AppError NOT_FOUND, SPACE_STATE when the space has no index
 */
export async function measureRecallAt10(
  db: SqlDatabase,
  spaceId: number,
  sample: number = defaultRecallSample,
): Promise<number> {
  const space = await findSpace(db, spaceId);
  const literals = literalsOf(space);
  await requireIndex(db, literals);
  const queries = await db.query<{ id: number; vector: string }>(loadSql('sample-vectors', literals), [
    sample,
  ]);
  let found = 0;
  let asked = 0;
  for (const { id, vector } of queries) {
    const truth = await db.query<Neighbour>(loadSql('nearest-exact', literals), [vector, id]);
    const answer = await db.transaction(async (tx) => {
      await tx.query(loadSql('hnsw-settings'), [efSearch, maxScanTuples]);
      return tx.query<Neighbour>(loadSql('nearest-hnsw', literals), [vector, id]);
    });
    asked += truth.length;
    found += hits(truth, answer);
  }
  return asked === 0 ? 1 : found / asked;
}

// float32 distances of one pair may differ in the last digits between two plans
const sameDistance = 1e-6;

function hits(truth: readonly Neighbour[], answer: readonly Neighbour[]): number {
  const limit = (truth.at(-1)?.distance ?? 0) + sameDistance;
  return Math.min(truth.length, answer.filter(({ distance }) => distance <= limit).length);
}

// Without it the statement would be answered by a full scan, and the recall would be a handsome 1.
async function requireIndex(db: SqlDatabase, literals: { space: number; width: number }): Promise<void> {
  const plan = await db.transaction(async (tx) => {
    await tx.query(loadSql('hnsw-settings'), [efSearch, maxScanTuples]);
    const zero = `[${new Array(literals.width).fill(1).join(',')}]`;
    return tx.query<{ 'QUERY PLAN': string }>(`explain ${loadSql('nearest-hnsw', literals)}`, [zero, 0]);
  });
  if (plan.some((line) => /Index Scan using \S*hnsw/.test(line['QUERY PLAN']))) return;
  throw new AppError('SPACE_STATE', {
    message: `embedding space ${literals.space} has no HNSW index: build it before its recall is measured`,
    facts: { space: literals.space },
  });
}
