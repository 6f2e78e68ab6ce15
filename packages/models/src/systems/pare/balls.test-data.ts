// Small volumes with balls in noisy lung, and a network that parses by a threshold: what the tests of PARE look at.
import { Random } from '@tomograph/kernel';
import { f32, floats, type Tensors } from '../../graph/tensor-data.js';
import { measureNames } from './measures.js';
import { attributeNames, type PareConfig, pareConfig } from './pare-config.js';
import type { PatientCase } from './pare-ensemble.js';
import type { Runner } from './pare-member.js';
import type { CtVolume, Vec3 } from './patch.js';

/** A slab small enough to train on in a test. */
export const tinyConfig: PareConfig = {
  ...pareConfig,
  patch: [4, 16, 16],
  spacingMm: [1.5, 1.5, 1.5],
  widths: [4, 6, 8],
  tokenWidth: 8,
  heads: 2,
  prototypesPerClass: 3,
};

export interface BallOptions {
  readonly size?: Vec3;
  readonly spacing?: Vec3;
  readonly origin?: Vec3;
  readonly radiusMm?: number;
  readonly ballHu?: number;
  readonly lungHu?: number;
  /** Middle of the ball, LPS mm; default the middle of the volume. */
  readonly middle?: Vec3;
  readonly seed?: number;
}

export interface BallVolume extends CtVolume {
  readonly voxels: Int16Array;
  readonly middle: Vec3;
}

export function ballVolume({
  size = [48, 48, 40],
  spacing = [1, 1, 1],
  origin = [-20, -30, 5],
  radiusMm = 6,
  ballHu = 40,
  lungHu = -850,
  middle = origin.map((o, i) => o + ((size[i]! - 1) / 2) * spacing[i]!) as unknown as Vec3,
  seed = 1,
}: BallOptions = {}): BallVolume {
  const random = new Random(seed, 'ball');
  const voxels = new Int16Array(size[0] * size[1] * size[2]);
  let n = 0;
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++) {
        const d = Math.hypot(
          origin[0] + i * spacing[0] - middle[0],
          origin[1] + j * spacing[1] - middle[1],
          origin[2] + k * spacing[2] - middle[2],
        );
        voxels[n++] = Math.round((d <= radiusMm ? ballHu : lungHu) + random.uniform(-20, 20));
      }
  const [sx, sy, sz] = spacing;
  return {
    size,
    affine: [sx, 0, 0, origin[0], 0, sy, 0, origin[1], 0, 0, sz, origin[2]],
    voxels,
    middle,
  };
}

/** Large balls are malignant, small ones benign. */
export function ballCases(count: number, seed = 1): PatientCase[] {
  const random = new Random(seed, 'cases');
  return Array.from({ length: count }, (_, i) => {
    const malignant = i % 2 === 1;
    const radiusMm = malignant ? random.uniform(5, 7) : random.uniform(2.5, 4);
    const volume = ballVolume({ radiusMm, seed: seed * 1000 + i, size: [32, 32, 16] });
    return {
      patient: `patient ${i >> 1}`,
      volume,
      labels: { ...volume, voxels: Uint8Array.from(volume.voxels, (hu) => (hu > -400 ? 1 : 0)) },
      centre: volume.middle,
      target: malignant ? 1 : 0,
      malignant,
      attributes: attributeNames.map((_, a) => (a === 0 ? undefined : malignant ? 1 : 0)),
    };
  });
}

/** Parses by a threshold at -400 HU; every judgement is the same. Not a trained network. */
export function thresholdRunner(config: PareConfig, logit = 0): Runner {
  const voxels = config.patch.reduce((n, extent) => n * extent, 1);
  return {
    async run(feeds: Tensors): Promise<Tensors> {
      const image = floats(feeds, 'image');
      const n = image.length / (2 * voxels);
      const parsing = new Float32Array(n * 2 * voxels);
      for (let row = 0; row < n; row++)
        for (let i = 0; i < voxels; i++) {
          const isNodule = image[row * 2 * voxels + i]! > -100 / 700;
          parsing[row * 2 * voxels + (isNodule ? voxels : 0) + i] = 1;
        }
      if (floats(feeds, 'measures').length !== n * measureNames.length) throw new TypeError('measures');
      const filled = (width: number, value: number) =>
        f32(new Float32Array(n * width).fill(value), [n, width]);
      return {
        parsing: f32(parsing, [n, 2, ...config.patch]),
        embedding: filled(config.tokenWidth, 0.5),
        direct: filled(1, logit),
        recalled: filled(1, logit),
        recall: filled(2 * config.prototypesPerClass, 1 / (2 * config.prototypesPerClass)),
        attributes: filled(attributeNames.length, 0.25),
      };
    },
  };
}
