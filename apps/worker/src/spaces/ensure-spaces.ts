// The embedding spaces that this build can compute exist in the database, and a channel that has none active gets one.
import { activateSpace, activeSpace, createSpace, type Database, markSpaceReady } from '@tomograph/data';
import { projectionDescriptor } from '@tomograph/imaging';
import { measureRecallAt10 } from '@tomograph/retrieval';
import { shippedMeaning } from './shipped-meaning.js';

const { name, version, digest, width, preprocessing } = projectionDescriptor;
const unlearned = { name, version, channel: 'image', digest, width, preprocessing };

/**
 * Creates missing spaces. On a first start the unlearned one holds nothing yet and is made active at once; a space that
 * is new to a filled database stays BUILDING until its backfill was run and somebody activates it. So does the learned
 * one always: it fills beside the others, and switching to it is a decision of people who measured it.
 */
export async function ensureSpaces(database: Database): Promise<void> {
  const learned = await learnedSpace();
  for (const wanted of [unlearned, ...learned]) {
    const space = await createSpace(database, wanted);
    if (wanted !== unlearned || space.phase !== 'BUILDING' || (await activeSpace(database, wanted.channel)))
      continue;
    const [images] = await database.query<{ n: number }>(
      'select (select count(*) from series) + (select count(*) from xray) as n',
    );
    if (images!.n > 0) continue;
    await markSpaceReady(database, space.id, () => measureRecallAt10(database, space.id));
    await activateSpace(database, space.id);
  }
}

async function learnedSpace() {
  const shipped = await shippedMeaning();
  if (shipped === undefined) return [];
  const { digest, width } = shipped;
  return [
    { name: 'biud', version: 1, channel: 'meaning', digest, width, preprocessing: shipped.preprocessing },
  ];
}
