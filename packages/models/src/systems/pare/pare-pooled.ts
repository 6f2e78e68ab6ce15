// A look at a nodule with the features of its mirrored slabs: what any head on the same trunk judges from. It makes arms
// that share a trunk cheap to compare; the shipped network does both in one (see `judge`).
import { f32, floats } from '../../graph/tensor-data.js';
import { measureNames } from './measures.js';
import type { PareConfig } from './pare-config.js';
import {
  feedsOf,
  type Judgement,
  type Look,
  lookWith,
  meanJudgement,
  mirrors,
  type Runner,
} from './pare-member.js';
import { type CtVolume, sampleSlab, type Vec3 } from './patch.js';
import { pooledWidth } from './trunk.js';

export interface PooledLook extends Look {
  /** [mirrors, pooledWidth] flat. */
  readonly pooled: Float32Array;
}

/** @param trunk a runner of `trunkGraph` */
export async function pooledLook(
  trunk: Runner,
  volume: CtVolume,
  point: Vec3,
  config: PareConfig,
): Promise<PooledLook> {
  const parse = async (slabs: readonly Float32Array[]): Promise<Float32Array> =>
    floats(await trunk.run(feedsOf(slabs, undefined, config)), 'parsing');
  const seen = await lookWith(parse, volume, point, config);
  const slabs = mirrors.map((mirror) => sampleSlab(volume, config, { centre: seen.centre, mirror }));
  const pooled = floats(await trunk.run(feedsOf(slabs, undefined, config)), 'pooled').slice();
  return { ...seen, pooled };
}

/** @param head a runner of `headGraph` @returns what `judge` says with trunk and head in one */
export async function judgePooled(head: Runner, seen: PooledLook, config: PareConfig): Promise<Judgement> {
  const pooled = f32(seen.pooled, [mirrors.length, pooledWidth(config)]);
  if (!config.parsing) return meanJudgement(await head.run({ pooled }), seen, config);
  const rows = new Float32Array(mirrors.length * measureNames.length);
  for (let i = 0; i < mirrors.length; i++) rows.set(seen.measures, i * measureNames.length);
  const measures = f32(rows, [mirrors.length, measureNames.length]);
  return meanJudgement(await head.run({ pooled, measures }), seen, config);
}
