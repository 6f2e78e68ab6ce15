// Words as a question: vectors of the space of meaning that is active now, none where none is.
import { activeSpace, type Database } from '@tomograph/data';
import { splitSentences } from '@tomograph/kernel';
import type { QueryVector } from '@tomograph/retrieval';
import type { ComputeThread } from '../compute/compute-thread.js';

export async function encodeQuery(
  text: string,
  deps: { readonly database: Database; readonly compute: ComputeThread },
): Promise<QueryVector[]> {
  const space = await activeSpace(deps.database, 'meaning');
  if (!space) return [];
  const derived = await deps.compute.run('describeReports', { reports: [splitSentences(text)] });
  return derived
    .filter(({ report }) => report.space === space.digest)
    .map(({ report }) => ({ spaceId: space.id, width: space.width, vector: report.vector, part: '' }));
}
