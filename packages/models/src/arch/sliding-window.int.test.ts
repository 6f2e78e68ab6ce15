import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { initialVector, unflatten } from '../graph/params.js';
import { InferencePool } from '../runtime/inference-pool.js';
import type { Extents } from './patches.js';
import { encodePvtBase, pvtLayout } from './pvt-base.js';
import { checkPvtConfig } from './pvt-config.js';
import { servingNetwork } from './pvt-network.js';
import { randomAdapter } from './random-adapter.test-data.js';
import {
  gaussianWeights,
  type PatchSource,
  type SegmentOptions,
  segment,
  slabBytes,
  windowStarts,
} from './sliding-window.js';

const config = checkPvtConfig({
  size: [8, 8, 8],
  features: 4,
  mlpRatio: 1,
  stages: [
    { patch: 2, width: 8, heads: 1, reduction: 2, encoderBlocks: 1, decoderBlocks: 0 },
    { patch: 2, width: 8, heads: 1, reduction: 1, encoderBlocks: 0, decoderBlocks: 0 },
  ],
});
const { entries, layers } = pvtLayout(config);
const { base } = encodePvtBase({
  config,
  weights: unflatten(entries, initialVector(entries, 1)),
  head: {
    weight: Float32Array.from({ length: 12 }, (_, i) => Math.cos(i)),
    bias: new Float32Array(3),
    classes: ['b', 'x', 'y'],
  },
});
const { bytes, layout } = servingNetwork(base);
const adapter = randomAdapter(base, layers, 2, 3);
const code = (name: string) => expect.objectContaining({ code: name });

let pool: InferencePool;
let options: SegmentOptions;
beforeAll(async () => {
  pool = await InferencePool.create(bytes);
  options = { pool, layout, patch: config.size };
});
afterAll(() => pool.close());

/** A volume made of waves, −1 outside; counts how often it is read. */
function waves(size: Extents): PatchSource & { reads: number } {
  const at = (z: number, y: number, x: number): number => Math.sin(z * 0.9) + Math.cos(y * 0.7 + x * 0.4);
  return {
    size,
    reads: 0,
    read([z0, y0, x0], [d, h, w], out) {
      this.reads++;
      let i = 0;
      for (let z = z0; z < z0 + d; z++)
        for (let y = y0; y < y0 + h; y++)
          for (let x = x0; x < x0 + w; x++, i++) {
            out[i] = z < size[0] && y < size[1] && x < size[2] ? at(z, y, x) : -1;
          }
    },
  };
}

/** The same by definition: every probability of the whole volume kept. */
async function plainly(source: PatchSource, classes: number): Promise<Uint8Array> {
  const [nz, ny, nx] = source.size;
  const sums = new Float64Array(nz * ny * nx * classes);
  const weights = gaussianWeights(config.size);
  const [zs, ys, xs] = source.size.map((extent, axis) => windowStarts(extent, config.size[axis]!, 0.5)) as [
    number[],
    number[],
    number[],
  ];
  const { taskFeeds } = await import('./pvt-network.js');
  const input = new Float32Array(512);
  for (const z0 of zs)
    for (const y0 of ys)
      for (const x0 of xs) {
        source.read([z0, y0, x0], config.size, input);
        const x = { dtype: 'f32' as const, shape: [1, 8, 8, 8], data: input };
        const p = (await pool.run({ x, ...taskFeeds(layout, adapter) })).probabilities!.data as Float32Array;
        for (let v = 0; v < 512; v++) {
          const [z, y, xx] = [z0 + (v >> 6), y0 + ((v >> 3) & 7), x0 + (v & 7)];
          if (z >= nz || y >= ny || xx >= nx) continue;
          for (let c = 0; c < classes; c++)
            sums[((z * ny + y) * nx + xx) * classes + c]! += weights[v]! * p[v * classes + c]!;
        }
      }
  return Uint8Array.from({ length: nz * ny * nx }, (_, v) => {
    const own = sums.subarray(v * classes, (v + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
}

describe('windowStarts', () => {
  it('covers an axis in equal steps and ends flush', () => {
    expect(windowStarts(20, 8, 0.5)).toEqual([0, 4, 8, 12]);
    expect(windowStarts(21, 8, 0.5)).toEqual([0, 3, 7, 10, 13]);
    expect(windowStarts(5, 8, 0.5)).toEqual([0]);
    expect(() => windowStarts(20, 8, 1)).toThrow(code('INVALID_ARGUMENT'));
  });
});

describe('segment', () => {
  it('gives the labels of the plain computation, over volumes larger, smaller and of odd size', async () => {
    for (const size of [
      [19, 11, 13],
      [6, 8, 9],
    ] as const) {
      const source = waves(size);
      const [mask] = await segment(
        source,
        [adapter].map((a) => ({ name: 't', ...a })),
        options,
      );
      expect(mask!.labels).toEqual(await plainly(source, 3));
      expect(new Set(mask!.labels).size).toBeGreaterThan(1);
      expect(Math.min(...mask!.confidence)).toBeGreaterThanOrEqual(85); // the largest of three is at least a third
    }
  });

  it('reads each patch once for several tasks, and each task as if it were alone', async () => {
    const tasks = [
      { name: 'base', head: base.head },
      { name: 'new', ...adapter },
    ];
    const source = waves([12, 8, 8]);
    const progress: string[] = [];
    const both = await segment(source, tasks, {
      ...options,
      onProgress: (done, of) => progress.push(`${done}/${of}`),
    });
    expect(source.reads).toBe(2);
    expect(progress).toEqual(['1/2', '2/2']);
    const alone = await Promise.all(tasks.map((task) => segment(waves([12, 8, 8]), [task], options)));
    expect(both).toEqual(alone.flat());
  });

  it('says how much memory it needs before it takes it', async () => {
    const huge = { ...waves([8, 8, 8]), size: [9, 4000, 4000] as const };
    await expect(segment(huge, [{ name: 'base', head: base.head }], options)).rejects.toThrow(
      code('LIMIT_EXCEEDED'),
    );
    expect(slabBytes([400, 100, 100], 8, [3])).toBe(8 * 100 * 100 * 3 * 4);
  });

  it('can be cancelled between patches', async () => {
    const stop = new AbortController();
    const run = segment(waves([32, 8, 8]), [{ name: 'base', head: base.head }], {
      ...options,
      signal: stop.signal,
      onProgress: (done) => (done === 2 ? stop.abort() : undefined),
    });
    await expect(run).rejects.toThrow(code('CANCELLED'));
  });
});
