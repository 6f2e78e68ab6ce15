// The step of a space's life that this room does: building -> ready with a measured recall. The rest (activate,
// roll back, retire) is packages/data's.
import { markSpaceReady, recordRecall, type SpaceRecord, type SqlDatabase } from '@tomograph/data';
import { defaultRecallSample, measureRecallAt10 } from './measure-recall.js';

/**
 * Builds the index of a space whose vectors are all stored, measures recall@10 and marks it READY.
 * @throws AppError NOT_FOUND, SPACE_STATE when it is not building or lacks vectors
 */
export function readySpace(
  db: SqlDatabase,
  spaceId: number,
  sample: number = defaultRecallSample,
): Promise<SpaceRecord> {
  return markSpaceReady(db, spaceId, () => measureRecallAt10(db, spaceId, sample));
}

/** Measures again, since a space goes on growing after it became ready, and keeps the new number. */
export async function refreshRecall(
  db: SqlDatabase,
  spaceId: number,
  sample: number = defaultRecallSample,
): Promise<number> {
  const recall = await measureRecallAt10(db, spaceId, sample);
  await recordRecall(db, spaceId, recall);
  return recall;
}
