import type { Affine, Grid, Vec3 } from '@tomograph/imaging';
import { expect, test } from 'vitest';
import { sharpen } from './sharpen.js';

const grid = (size: Vec3, spacing: number, origin = 0): Grid => {
  const s = spacing;
  const affine: Affine = [s, 0, 0, origin, 0, s, 0, origin, 0, 0, s, origin];
  return { size, affine };
};

/** A ball of a label on a grid. */
function ball(
  { size, affine }: Grid,
  centreMm: number,
  radiusMm: number,
  label: number,
  into?: Uint16Array,
): Uint16Array {
  const labels = into ?? new Uint16Array(size[0] * size[1] * size[2]);
  for (let at = 0; at < labels.length; at++) {
    const [x, y, z] = [at % size[0], Math.floor(at / size[0]) % size[1], Math.floor(at / size[0] / size[1])];
    const mm = [x, y, z].map((v) => affine[3]! + v * affine[0]! - centreMm);
    if (Math.hypot(...mm) <= radiusMm) labels[at] = label;
  }
  return labels;
}

async function onto(coarse: Grid & { labels: Uint16Array }, fine: Grid): Promise<Uint16Array> {
  const [nx, ny, nz] = fine.size;
  const out = new Uint16Array(nx * ny * nz);
  await sharpen(coarse, fine, (k, slice) => void out.set(slice, k * nx * ny));
  return out;
}

const dice = (a: ArrayLike<number>, b: ArrayLike<number>, label: number): number => {
  let [both, sum] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    sum += Number(a[i] === label) + Number(b[i] === label);
    both += Number(a[i] === label && b[i] === label);
  }
  return (2 * both) / sum;
};

test('on the same grid nothing changes', async () => {
  const own = grid([12, 12, 12], 4);
  const labels = ball(own, 24, 14, 3);
  expect(await onto({ ...own, labels }, own)).toEqual(labels);
});

test('borders on a finer grid lie where the structure ends, better than voxels repeated', async () => {
  const coarse = grid([16, 16, 16], 4);
  const fine = grid([61, 61, 61], 1);
  const truth = ball(fine, 30, 15, 1);
  const labels = ball(coarse, 30, 15, 1);
  const drawn = await onto({ ...coarse, labels }, fine);
  const repeated = truth.map((_, at) => {
    const [x, y, z] = [at % 61, Math.floor(at / 61) % 61, Math.floor(at / 3721)].map((v) =>
      Math.round(v / 4),
    );
    return labels[x! + 16 * (y! + 16 * z!)]!;
  });
  expect(dice(drawn, truth, 1)).toBeGreaterThan(0.9);
  expect(dice(drawn, truth, 1)).toBeGreaterThan(dice(repeated, truth, 1));
});

test('two structures that touch leave no gap between them and do not overlap', async () => {
  const coarse = grid([8, 4, 4], 4);
  const labels = Uint16Array.from({ length: 128 }, (_, at) => (at % 8 < 4 ? 1 : 2));
  const fine = grid([29, 13, 13], 1);
  const drawn = await onto({ ...coarse, labels }, fine);
  const row = [...drawn.subarray(0, 29)];
  expect(row).toEqual(
    [...Array(15).fill(1), ...Array(14).fill(2)].map((label, at) => (at === 14 ? row[14] : label)),
  );
  expect(row).not.toContain(0);
});

test('a structure of one voxel keeps its middle, and a fine grid that reaches beyond takes the edge', async () => {
  const coarse = grid([5, 5, 5], 4);
  const labels = new Uint16Array(125);
  labels[62] = 70; // (2, 2, 2)
  const fine = grid([9, 9, 9], 2);
  const drawn = await onto({ ...coarse, labels }, fine);
  expect(drawn[4 + 9 * (4 + 9 * 4)]).toBe(70);
  const full = new Uint16Array(125).fill(9);
  expect(new Set(await onto({ ...coarse, labels: full }, grid([13, 13, 13], 2, -4)))).toEqual(new Set([9]));
});
