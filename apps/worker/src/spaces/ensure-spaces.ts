// The embedding spaces that this build can compute exist in the database, and a channel that has none active gets one.
import {
  activateSpace,
  activeSpace,
  createSpace,
  type Database,
  listSpaces,
  markSpaceReady,
  type SpaceRecord,
} from '@tomograph/data';
import { projectionDescriptor } from '@tomograph/imaging';
import { AppError } from '@tomograph/kernel';
import { measureRecallAt10 } from '@tomograph/retrieval';
import { type MeaningBundle, meaningBundles } from './meaning-bundles.js';

const { name, version, digest, width, preprocessing } = projectionDescriptor;
const unlearned = { name, version, channel: 'image', digest, width, preprocessing };

/**
 * Creates missing spaces. On a first start the unlearned one holds nothing yet and is made active at once; a space that
 * is new to a filled database stays BUILDING until its backfill was run and somebody activates it. So do the learned
 * ones always: they fill beside the others, and switching to one is a decision of people who measured it.
 */
export async function ensureSpaces(database: Database, home: string): Promise<void> {
  const space = await createSpace(database, unlearned);
  for (const bundle of await meaningBundles(home)) await ensureMeaning(database, bundle);
  if (space.phase !== 'BUILDING' || (await activeSpace(database, unlearned.channel))) return;
  const [images] = await database.query<{ n: number }>(
    'select (select count(*) from series) + (select count(*) from xray) as n',
  );
  if (images!.n > 0) return;
  await unlessAhead(markSpaceReady(database, space.id, () => measureRecallAt10(database, space.id)));
  await unlessAhead(activateSpace(database, space.id));
  if (await activeSpace(database, unlearned.channel)) return;
  throw new AppError('SPACE_STATE', {
    message: `${name}@${version} could not be made active at the first start: activate it, or start again`,
    facts: { space: space.id },
  });
}

/** Two processes that start at once make the same space: what the other has done already is done. */
async function unlessAhead(step: Promise<unknown>): Promise<void> {
  await step.catch((error: unknown) => {
    if (!(error instanceof AppError && error.code === 'SPACE_STATE')) throw error;
  });
}

/** The space of these networks. Another training than those known is the next version, never the same space again. */
export async function ensureMeaning(
  database: Database,
  {
    digest: wanted,
    width: wide,
    preprocessing: inputs,
  }: Pick<MeaningBundle, 'digest' | 'width' | 'preprocessing'>,
): Promise<SpaceRecord> {
  const spaces = await listSpaces(database);
  const known = spaces.find((space) => space.digest === wanted);
  if (known) return known;
  const versions = spaces.filter((space) => space.name === 'biud').map((space) => space.version);
  return createSpace(database, {
    ...{ name: 'biud', version: Math.max(0, ...versions) + 1, channel: 'meaning' },
    ...{ digest: wanted, width: wide, preprocessing: inputs },
  });
}
