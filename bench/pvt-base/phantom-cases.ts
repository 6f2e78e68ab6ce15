// Phantoms as cases for the shipped base and for task folders: contrast phases, fields of view, findings and noise drawn
// per seed. Rendering only; which labels are organs of a task is the caller's choice.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@tomograph/kernel';
import type { CropCase } from '@tomograph/models';
import { label, labelGroups, PHANTOM_VERSION, render } from '@tomograph/phantom';

/** Spacing of the shipped base, mm. */
export const baseSpacingMm = 4;
export const trainingSeeds = { first: 1_000_000, count: 120 } as const;
/** No training seed of any recipe is in this range. */
export const heldOutSeeds = { first: 9_000_000, count: 16 } as const;

const pair = (name: string): number[] => [label(`${name}_right`), label(`${name}_left`)];

/** Organs of the shipped base -> labels of the phantom. Spleen and others are left for tasks that are added. */
export const baseOrgans: Readonly<Record<string, readonly number[]>> = {
  liver: [label('liver')],
  kidney_right: [pair('kidney')[0]!],
  kidney_left: [pair('kidney')[1]!],
  lung_right: labelGroups.lung_right!,
  lung_left: labelGroups.lung_left!,
  heart: labelGroups.heart!,
  aorta: [label('aorta')],
  vertebrae: labelGroups.vertebrae!,
};

/** A rendered subject with the phantom's own labels, which are all below 256. */
export type PhantomCase = Omit<CropCase, 'labels' | 'tissues'> & { readonly tissues: Uint8Array };

/** @param cache a folder that keeps rendered cases; rendering again gives the same bytes */
export function phantomCase(seed: number, cache?: string): PhantomCase {
  // a body of another version of the phantom is another body
  const path = cache === undefined ? undefined : join(cache, `${seed}-phantom-${PHANTOM_VERSION}.bin`);
  if (path !== undefined && existsSync(path)) return decode(readFileSync(path));
  const random = new Random(seed, 'pvt-base-recipe');
  const { volume, labels } = render(seed, {
    fov: random.pick(['trunk', 'trunk', 'chest-abdomen', 'abdomen', 'chest']),
    spacingMm: baseSpacingMm,
    shiftMm: [random.normal(0, 8), random.normal(0, 8), random.normal(0, 30)],
    phase: random.uniform(0, 3),
    acquisition: 'sampled',
    randomise: { deformation: true, texture: random.chance(0.3), resolution: random.chance(0.3) },
  });
  const [nx, ny, nz] = volume.size;
  const item = { size: [nz, ny, nx] as const, image: volume.voxels, tissues: Uint8Array.from(labels.voxels) };
  if (cache !== undefined) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(path!, encode(item));
  }
  return item;
}

/** Labels of a task: the n-th organ is class n + 1. */
export function withOrgans(
  item: PhantomCase,
  organs: Readonly<Record<string, readonly number[]>>,
): CropCase & PhantomCase {
  const table = new Uint8Array(256);
  Object.values(organs).forEach((ids, at) => {
    for (const id of ids) table[id] = at + 1;
  });
  return { ...item, labels: item.tissues.map((id) => table[id]!) };
}

function encode({ size, image, tissues }: PhantomCase): Uint8Array {
  const head = Int32Array.from(size);
  return Buffer.concat(
    [head, image, tissues].map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)),
  );
}

function decode(file: Buffer): PhantomCase {
  const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
  const size = [...new Int32Array(bytes, 0, 3)] as [number, number, number];
  const count = size[0] * size[1] * size[2];
  return {
    size,
    image: new Int16Array(bytes, 12, count),
    tissues: new Uint8Array(bytes, 12 + 2 * count, count),
  };
}
