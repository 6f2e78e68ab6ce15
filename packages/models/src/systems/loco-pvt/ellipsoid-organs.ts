// A small world of ellipsoid organs for tests of continual learning: cheap, seeded, hard enough that frozen features do
// not carry new organs. Not anatomy: packages/phantom renders bodies.
import { Random } from '@tomograph/kernel';
import { type Extents, voxels } from '../../arch/patches.js';
import type { OrganCase, OrganTask } from './organ-task.js';

/** What an organ looks like: intensity, and stripes of a period (voxels) that a mean does not show. */
interface Look {
  readonly level: number;
  readonly stripes: number;
  readonly period: number;
  readonly axis: 0 | 1 | 2;
  readonly radius: readonly [number, number];
}
// the base's organs differ by level; later ones by texture on a background of the same mean
const looks: readonly Look[] = [
  { level: 0.9, stripes: 0, period: 1, axis: 0, radius: [0.13, 0.19] },
  { level: -0.9, stripes: 0, period: 1, axis: 0, radius: [0.13, 0.19] },
  { level: 1.6, stripes: 0, period: 1, axis: 0, radius: [0.1, 0.15] },
  { level: -1.6, stripes: 0, period: 1, axis: 0, radius: [0.1, 0.15] },
  { level: 0.45, stripes: 0, period: 1, axis: 0, radius: [0.14, 0.2] },
  { level: 0, stripes: 0.9, period: 4, axis: 0, radius: [0.13, 0.18] },
  { level: 0, stripes: 0.9, period: 4, axis: 1, radius: [0.13, 0.18] },
  { level: 0, stripes: 0.9, period: 4, axis: 2, radius: [0.13, 0.18] },
  { level: 0.2, stripes: 0.8, period: 2, axis: 0, radius: [0.13, 0.18] },
  { level: -0.2, stripes: 0.8, period: 2, axis: 2, radius: [0.13, 0.18] },
];
const organNames = looks.map((_, i) => `organ${i + 1}`);

/** One body holds every organ of the world; a task labels its own. */
function renderBody(seed: number, size: Extents, grow: number): { image: Float32Array; organs: Uint8Array } {
  const random = new Random(seed, 'ellipsoid-organs');
  const [d, h, w] = size;
  const image = Float32Array.from({ length: voxels(size) }, () => random.normal(0, 0.25));
  const organs = new Uint8Array(image.length);
  const edge = grow * Math.min(d, h, w);
  for (const o of random.shuffle(looks.map((_, i) => i))) {
    const look = looks[o]!;
    const radii = [0, 1, 2].map(() => random.uniform(look.radius[0], look.radius[1]) * edge);
    const centre = [d, h, w].map((extent, axis) => random.uniform(radii[axis]!, extent - 1 - radii[axis]!));
    const phase = random.uniform(0, 2 * Math.PI);
    let i = 0;
    for (let z = 0; z < d; z++)
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++, i++) {
          const at = [z, y, x];
          const q = at.reduce((s, p, axis) => s + ((p - centre[axis]!) / radii[axis]!) ** 2, 0);
          if (q > 1 || organs[i] !== 0) continue;
          organs[i] = o + 1;
          image[i]! +=
            look.level +
            look.stripes * Math.sign(Math.sin((2 * Math.PI * at[look.axis]!) / look.period + phase));
        }
  }
  return { image, organs };
}

/** @param organs numbers 1–10: 1–5 differ by level, 6–10 by texture */
export function ellipsoidTask(options: {
  name: string;
  organs: readonly number[];
  size: Extents;
  train: number;
  test: number;
  seed: number;
  /** Tasks of one test seed have the same test bodies; default: the task's own. */
  testSeed?: number;
  /** Factor of every radius, for grids of few voxels; default 1. */
  grow?: number;
}): OrganTask {
  const { name, organs, size, train, test, seed, testSeed = seed, grow = 1 } = options;
  const cases = (count: number, from: number): OrganCase[] =>
    Array.from({ length: count }, (_, i) => {
      const body = renderBody(from + i, size, grow);
      return { image: body.image, labels: body.organs.map((organ) => organs.indexOf(organ) + 1) };
    });
  return {
    name,
    classes: ['background', ...organs.map((organ) => organNames[organ - 1]!)],
    size,
    train: cases(train, seed * 100_000),
    test: cases(test, testSeed * 100_000 + 50_000),
  };
}
