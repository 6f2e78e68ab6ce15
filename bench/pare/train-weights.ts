// Trains the PARE that is shipped on all LIDC nodules (CC BY 3.0) and writes weights/pare. Run from the root:
// node dist/bench/pare/train-weights.js
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@tomograph/kernel';
import {
  assess,
  encodePareBundle,
  joined,
  type PareModel,
  pareConfig,
  pareRecipe,
  Session,
  sampleSlab,
  servingGraph,
  type TrainedEnsemble,
  thumbnailExtent,
  trainEnsemble,
} from '@tomograph/models';
import { repositoryRoot } from '../../tests/shared-data.js';
import { type LidcNodule, readLidcNodules } from './lidc-nodules.js';

export const shippedMembers = 1;

async function main(): Promise<void> {
  const cases = await readLidcNodules();
  if (cases === undefined) throw new Error('the shared data are not here');
  const log = (line: string): void => console.error(line);
  const ensemble = await trainEnsemble(cases, {
    config: pareConfig,
    recipe: pareRecipe,
    members: shippedMembers,
    seed: 7,
    log,
  });
  const { config, calibration } = ensemble;
  // plain members: what the training says about itself stays out of the files
  const members = ensemble.members.map(({ weights, prototypes, pooledMoments, measureMoments }) => ({
    weights,
    prototypes,
    pooledMoments,
    measureMoments,
  }));
  const model: PareModel = { config, calibration, members, stored: await storedNodules(ensemble, cases) };
  const folder = join(repositoryRoot(), 'weights', 'pare');
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of encodePareBundle(model)) {
    writeFileSync(join(folder, name), bytes);
    log(`${name} ${bytes.length} bytes ${sha256(bytes)}`);
  }
}

async function storedNodules(
  ensemble: TrainedEnsemble,
  cases: readonly LidcNodule[],
): Promise<PareModel['stored']> {
  const { config } = ensemble;
  const decided = cases.filter(({ malignant }) => malignant !== undefined);
  const sessions: Session[] = [];
  for (const member of ensemble.members) sessions.push(await Session.load(servingGraph(member, config)));
  const embeddings: Float32Array[] = [];
  const thumbnails: Uint8Array[] = [];
  for (const each of decided) {
    const judgements = [];
    for (const session of sessions) judgements.push(await assess(session, each.volume, each.centre, config));
    embeddings.push(joined(judgements));
    thumbnails.push(thumbnail(each));
  }
  for (const session of sessions) await session.dispose();
  return {
    embeddings,
    thumbnails,
    malignant: Uint8Array.from(decided, ({ malignant }) => (malignant ? 1 : 0)),
    diametersMm: Float32Array.from(decided, ({ diameterMm }) => diameterMm),
  };
}

/** Lung window, -1350…150 HU. */
function thumbnail({ volume, centre }: LidcNodule): Uint8Array {
  const one = { ...pareConfig, patch: [1, thumbnailExtent, thumbnailExtent] as const };
  return Uint8Array.from(sampleSlab(volume, one, { centre }), (hu) =>
    Math.round(255 * Math.min(Math.max((hu + 1350) / 1500, 0), 1)),
  );
}

await main();
