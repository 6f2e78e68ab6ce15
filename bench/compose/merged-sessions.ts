// (c) The rival: adapters merged into the weights, one session each. W' = W + scale·Aᵀ·B.
import {
  f32,
  floats,
  type LoraFactors,
  plainNetwork,
  Session,
  taskFeeds,
  type Weights,
} from '@tomograph/models';
import type { BaseSession, HeldAdapter } from '@tomograph/worker';
import { cpuMs, residentMb } from './measure.js';

export interface Merged {
  /** Processor milliseconds until a session that is not there can answer: merge, encode, create. */
  readonly mergedSwapMs: readonly number[];
  /** The same for a resident adapter: packing its factors into a feed. */
  readonly adapterSwapMs: readonly number[];
  /** Growth of the process by one merged session that has answered once. */
  readonly mergedMbEach: number;
  /** Largest difference of a probability between the two. */
  readonly worst: number;
}

export async function measureMerged(session: BaseSession, adapters: readonly HeldAdapter[]): Promise<Merged> {
  const { base, layout, pool } = session;
  const x = f32(
    Float32Array.from({ length: 64 ** 3 }, (_, i) => Math.sin(i)),
    [1, ...base.config.size],
  );
  const mergedSwapMs: number[] = [];
  const adapterSwapMs: number[] = [];
  const sessions: Session[] = [];
  let worst = 0;
  const before = residentMb();
  for (const { factors, head } of adapters) {
    mergedSwapMs.push(
      await cpuMs(async () => {
        const weights = merge(base.weights, factors);
        sessions.push(await Session.load(plainNetwork({ ...base, weights, head })));
      }),
    );
    let feeds = {};
    adapterSwapMs.push(
      await cpuMs(async () => {
        feeds = taskFeeds(layout, { factors, head });
      }),
    );
    const merged = floats(await sessions.at(-1)!.run({ x }), 'probabilities');
    const packed = floats(await pool.run({ x, ...feeds }), 'probabilities');
    worst = merged.reduce((most, p, i) => Math.max(most, Math.abs(p - packed[i]!)), worst);
  }
  const mergedMbEach = (residentMb() - before) / adapters.length;
  await Promise.all(sessions.map((one) => one.dispose()));
  return { mergedSwapMs, adapterSwapMs, mergedMbEach, worst };
}

function merge(weights: Weights, factors: ReadonlyMap<string, LoraFactors>): Weights {
  const merged = new Map(weights);
  for (const [name, { rank, scale, a, b }] of factors) {
    const key = `${name}.weight`;
    const { shape, data } = weights.get(key)!;
    const [width, out] = shape as [number, number];
    const sum = data.slice();
    for (let r = 0; r < rank; r++)
      for (let i = 0; i < width; i++) {
        const share = scale * a[r * width + i]!;
        for (let o = 0; o < out; o++) sum[i * out + o]! += share * b[r * out + o]!;
      }
    merged.set(key, { shape, data: sum });
  }
  return merged;
}
