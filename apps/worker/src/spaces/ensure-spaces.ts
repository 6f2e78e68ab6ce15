// The embedding spaces that this build can compute exist in the database, and a channel that has none active gets one.
import { activateSpace, activeSpace, createSpace, type Database, markSpaceReady } from '@tomograph/data';
import { projectionDescriptor } from '@tomograph/imaging';
import { measureRecallAt10 } from '@tomograph/retrieval';

const { name, version, digest, width, preprocessing } = projectionDescriptor;
const spaces = [{ name, version, channel: 'image', digest, width, preprocessing }];

/**
 * Creates missing spaces. On a first start they hold nothing yet and are made active at once; a space that is new to
 * a filled database stays BUILDING until its backfill was run and somebody activates it.
 */
export async function ensureSpaces(database: Database): Promise<void> {
  for (const wanted of spaces) {
    const space = await createSpace(database, wanted);
    if (space.phase !== 'BUILDING' || (await activeSpace(database, wanted.channel))) continue;
    const [images] = await database.query<{ n: number }>(
      'select (select count(*) from series) + (select count(*) from xray) as n',
    );
    if (images!.n > 0) continue;
    await markSpaceReady(database, space.id, () => measureRecallAt10(database, space.id));
    await activateSpace(database, space.id);
  }
}
