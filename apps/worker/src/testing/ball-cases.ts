// Bodies made of balls, as cases on the tiny base's grid and as files in nnU-Net's layout: an organ is a bright ball at
// its own place. Voxels of 8 mm, LPS.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LabelVolume, type Volume, writeNiftiGz } from '@tomograph/imaging';
import { Random } from '@tomograph/kernel';
import type { CropCase } from '@tomograph/models';

export const tinySpacingMm = 8;
const extent = 20;

/** Values in label maps, and where the balls lie: share of the body's extent. */
export const balls = {
  one: { value: 1, hu: 300, at: [0.3, 0.4, 0.5] },
  two: { value: 2, hu: -100, at: [0.68, 0.55, 0.5] },
} as const;

/** Voxel (i, j, k) at i + nx·(j + ny·k). */
export function ballBody(seed: number): { volume: Volume; labels: LabelVolume } {
  const random = new Random(seed, 'balls');
  const shift = [0, 1, 2].map(() => random.uniform(-1.5, 1.5));
  const size = [extent, extent, extent] as const;
  const affine = [8, 0, 0, -80, 0, 8, 0, -80, 0, 0, 8, 10 * seed];
  const image = new Int16Array(extent ** 3);
  const labels = new Uint16Array(extent ** 3);
  for (let z = 0, at = 0; z < extent; z++)
    for (let y = 0; y < extent; y++)
      for (let x = 0; x < extent; x++, at++) {
        const from = (centre: readonly number[]) =>
          Math.hypot(...[x, y, z].map((v, a) => v - centre[a]! * extent - shift[a]!));
        image[at] = from([0.5, 0.5, 0.5]) < 9 ? 40 : -1000;
        for (const ball of Object.values(balls)) {
          if (from(ball.at) >= 3) continue;
          image[at] = ball.hu;
          labels[at] = ball.value;
        }
        image[at]! += Math.round(random.normal(0, 10));
      }
  return { volume: { size, affine, voxels: image }, labels: { size, affine, voxels: labels } };
}

/** The first ball alone, as a case of one organ. */
export function ballCase(seed: number): CropCase {
  const { volume, labels } = ballBody(seed);
  const own = Uint8Array.from(labels.voxels, (value) => (value === balls.one.value ? 1 : 0));
  return { size: [extent, extent, extent], image: volume.voxels, labels: own };
}

export interface BallFolder {
  readonly count?: number;
  readonly firstSeed?: number;
  /** Over dataset.json's fields; null: no dataset.json. */
  readonly description?: Readonly<Record<string, unknown>> | null;
  /** Changes a body before it is written. */
  readonly change?: (body: ReturnType<typeof ballBody>, at: number) => ReturnType<typeof ballBody>;
}

/** imagesTr, labelsTr, dataset.json. */
export async function writeBallFolder(
  folder: string,
  { count = 5, firstSeed = 1, description = {}, change = (body) => body }: BallFolder = {},
): Promise<void> {
  await mkdir(join(folder, 'imagesTr'), { recursive: true });
  await mkdir(join(folder, 'labelsTr'), { recursive: true });
  for (let at = 0; at < count; at++) {
    const { volume, labels } = change(ballBody(firstSeed + at), at);
    const name = `body_${String(at).padStart(3, '0')}`;
    await writeFile(join(folder, 'imagesTr', `${name}_0000.nii.gz`), await writeNiftiGz(volume));
    await writeFile(join(folder, 'labelsTr', `${name}.nii.gz`), await writeNiftiGz(labels));
  }
  if (description === null) return;
  const json = {
    channel_names: { 0: 'CT' },
    labels: { background: 0, one: 1, two: 2 },
    numTraining: count,
    file_ending: '.nii.gz',
    ...description,
  };
  await writeFile(join(folder, 'dataset.json'), JSON.stringify(json));
}
