// Words as a question: vectors of the space of meaning that is active now, none where none is.
import { activeSpace, type Database } from '@tomograph/data';
import type { QueryVector } from '@tomograph/retrieval';
import type { ComputeThread } from '../compute/compute-thread.js';

export async function encodeQuery(
  text: string,
  deps: { readonly database: Database; readonly compute: ComputeThread },
): Promise<QueryVector[]> {
  const space = await activeSpace(deps.database, 'meaning');
  if (!space) return [];
  const derived = await deps.compute.run('describeQuery', { text });
  if (derived?.space !== space.digest) return [];
  return [{ spaceId: space.id, width: space.width, vector: derived.vector, part: '' }];
}
