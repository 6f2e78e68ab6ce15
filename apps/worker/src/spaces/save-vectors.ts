// Vectors of one study into their spaces, inside the transaction that stores the study. A space that was retired
// still gets them: rolling back to it must find the newer cases too.
import { type NewEmbedding, type Sql, saveEmbeddings } from '@tomograph/data';
import type { DerivedVector } from '../compute/tasks.js';

export interface NewVector extends DerivedVector {
  readonly subjectKind: NewEmbedding['subjectKind'];
  readonly subjectId: string;
}

/** Vectors of a space that this database does not know yet are left to its backfill. */
export async function saveVectors(
  tx: Sql,
  owner: { readonly projectId: string; readonly studyId: string },
  vectors: readonly NewVector[],
): Promise<void> {
  const digests = [...new Set(vectors.map(({ space }) => space))];
  if (digests.length === 0) return;
  const spaces = await tx.query<{ id: number; width: number; digest: string }>(
    'select id, width, digest from embedding_space where digest = any($1)',
    [digests],
  );
  for (const space of spaces) {
    const rows = vectors
      .filter((vector) => vector.space === space.digest)
      .map(({ subjectKind, subjectId, part, vector }) => ({
        ...owner,
        subjectKind,
        subjectId,
        part,
        vector,
      }));
    await saveEmbeddings(tx, space, rows);
  }
}
