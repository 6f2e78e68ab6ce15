// Words as a question: vectors of the space of meaning that is active now, none where none is. The whole text asks the
// first stage of ranking, its sentences the second, which compares them with regions.
import { activeSpace, type Database } from '@tomograph/data';
import { splitSentences } from '@tomograph/kernel';
import type { QueryVector } from '@tomograph/retrieval';
import type { ComputeThread } from '../compute/compute-thread.js';

/** As many as a search takes: more are left to the vector of the whole. */
const maxSentences = 32;

export async function encodeQuery(
  text: string,
  deps: { readonly database: Database; readonly compute: ComputeThread },
): Promise<QueryVector[]> {
  const space = await activeSpace(deps.database, 'meaning');
  if (!space) return [];
  const derived = await deps.compute.run('describeReports', { reports: [splitSentences(text)] });
  return derived
    .filter(({ report }) => report.space === space.digest)
    .flatMap(({ report, sentences }) => {
      const of = { spaceId: space.id, width: space.width, part: '' };
      return [
        { ...of, vector: report.vector },
        ...sentences
          .slice(0, maxSentences)
          .map(({ text, weight, vector }) => ({ ...of, vector, sentence: { text, weight } })),
      ];
    });
}
