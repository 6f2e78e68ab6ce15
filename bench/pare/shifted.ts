// The same nodules as another scanner would show them, and with their vessels taken out.
import { Random } from '@tomograph/kernel';
import type { CtVolume, PatientCase } from '@tomograph/models';

/** Slices three times as thick (a box along z) and noise of 40 HU on top. */
export function shifted<T extends PatientCase>(cases: readonly T[], seed: number): T[] {
  return cases.map((each, i) => ({
    ...each,
    volume: thickAndNoisy(each.volume, new Random(seed, `noise ${i}`)),
  }));
}

function thickAndNoisy({ size, affine, voxels }: CtVolume, random: Random): CtVolume {
  const plane = size[0] * size[1];
  const out = new Int16Array(voxels.length);
  for (let n = 0; n < voxels.length; n++) {
    const below = n >= plane ? voxels[n - plane]! : voxels[n]!;
    const above = n + plane < voxels.length ? voxels[n + plane]! : voxels[n]!;
    out[n] = Math.round((below + voxels[n]! + above) / 3 + random.normal(0, 40));
  }
  return { size, affine, voxels: out };
}

/** Vessels (label 2) become lung. */
export function withoutVessels<T extends PatientCase>(cases: readonly T[]): T[] {
  return cases.map((each) => {
    const voxels = Int16Array.from(each.volume.voxels, (hu, n) => (each.labels.voxels[n] === 2 ? -850 : hu));
    return { ...each, volume: { ...each.volume, voxels } };
  });
}
