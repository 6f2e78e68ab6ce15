// Words as a question: vectors of the space of meaning that is active now, none where none is. The whole ranks, its
// sentences are compared with regions in the second stage.
import { activeSpace, type Database } from '@tomograph/data';
import type { QueryVector } from '@tomograph/retrieval';
import type { ComputeThread } from '../compute/compute-thread.js';
import type { DerivedVector } from '../compute/tasks.js';

export async function encodeQuery(
  text: string,
  deps: { readonly database: Database; readonly compute: ComputeThread },
): Promise<QueryVector[]> {
  const space = await activeSpace(deps.database, 'meaning');
  if (!space) return [];
  const derived = await deps.compute.run('describeQuery', { text, space: space.digest });
  if (derived === undefined) return []; // its encoders are not here: words are still searched as words
  const of = ({ vector }: DerivedVector): QueryVector => ({
    ...{ spaceId: space.id, width: space.width, vector, part: '' },
  });
  return [
    of(derived.whole),
    ...derived.sentences.map((one) => ({ ...of(one), sentence: { text: one.text, weight: one.weight } })),
  ];
}
