// A nodule to learn from, and batches of them as feeds. Which volumes and labels: the caller's.
import type { Random } from '@tomograph/kernel';
import type { Graph } from '../../graph/graph.js';
import { f32, i32, type Tensors } from '../../graph/tensor-data.js';
import { attributeNames, type PareConfig, type PareRecipe } from './pare-config.js';
import type { HeadTargets } from './pare-loss.js';
import { type CtVolume, type SlabPose, sampleSlab, type Vec3, windows } from './patch.js';

export interface PareCase {
  readonly volume: CtVolume;
  /** Class of every voxel on the grid of the volume, numbers of `PareConfig.parsed`. */
  readonly labels: CtVolume;
  /** Middle of the nodule, LPS mm. */
  readonly centre: Vec3;
  /** What the network is trained towards, 0…1. */
  readonly target: number;
  /** Only nodules of a decided class move prototypes and are scored. */
  readonly malignant: boolean | undefined;
  /** Ratings scaled to 0…1 in the order of `attributeNames`; undefined where nobody rated. */
  readonly attributes: readonly (number | undefined)[];
}

/** Draws the slabs of one batch from random poses round a click, disturbed: image and, with parsing, labels. */
export function drawSlabs(
  chosen: readonly PareCase[],
  random: Random,
  config: PareConfig,
  recipe: PareRecipe,
): Tensors {
  const n = chosen.length;
  const voxels = config.patch.reduce((product, extent) => product * extent, 1);
  const image = new Float32Array(n * 2 * voxels);
  const labels = new Int32Array(n * voxels);
  for (const [row, each] of chosen.entries()) {
    const pose = drawPose(each.centre, recipe.clickMm, random);
    // the parsing also learns coarse slabs: nodules that reach the edge are measured again at twice the spacing
    const zoom = random.chance(0.3) ? random.uniform(1, 2.2) : pose.zoom;
    const hu = sampleSlab(each.volume, config, { ...pose, zoom });
    disturb(hu, random, recipe);
    windows(hu, image, row * 2 * voxels);
    labels.set(sampleSlab(each.labels, config, { ...pose, zoom }, 'nearest'), row * voxels);
  }
  return {
    image: f32(image, [n, 2, ...config.patch]),
    ...(config.parsing && { labels: i32(labels, [n, voxels]) }),
  };
}

/** What the heads are trained towards. */
export function targetsOf(chosen: readonly PareCase[]): Tensors {
  const shape = [chosen.length, attributeNames.length];
  const ratings = chosen.flatMap(({ attributes }) => attributes);
  return {
    malignancy: f32(
      chosen.map(({ target }) => target),
      [chosen.length, 1],
    ),
    attributes: f32(
      ratings.map((rating) => rating ?? 0),
      shape,
    ),
    attributesKnown: f32(
      ratings.map((rating) => (rating === undefined ? 0 : 1)),
      shape,
    ),
  };
}

/** The inputs of a training graph that `targetsOf` feeds. */
export const headTargets = (graph: Graph, batch: number): HeadTargets => ({
  malignancy: graph.input('malignancy', 'f32', [batch, 1]),
  attributes: graph.input('attributes', 'f32', [batch, attributeNames.length]),
  attributesKnown: graph.input('attributesKnown', 'f32', [batch, attributeNames.length]),
});

/** Somewhere near the point (standard deviation per axis in mm), turned in the axial plane and mirrored at random. */
export function drawPose(point: Vec3, sdMm: number, random: Random): Required<SlabPose> {
  const sign = (): 1 | -1 => (random.chance(0.5) ? 1 : -1);
  return {
    centre: beside(point, sdMm, random),
    turn: random.uniform(0, 2 * Math.PI),
    mirror: [sign(), 1, sign()],
    zoom: Math.exp(random.normal(0, 0.06)),
  };
}

/** A click beside the middle, as a person would make it. */
export const click = (centre: Vec3, random: Random, { clickMm }: PareRecipe): Vec3 =>
  beside(centre, clickMm, random);

const beside = ([x, y, z]: Vec3, sd: number, random: Random): Vec3 => [
  x + random.normal(0, sd),
  y + random.normal(0, sd),
  z + random.normal(0, sd),
];

/** In place: another offset and more noise, as other scanners have them. */
export function disturb(hu: Float32Array, random: Random, recipe: PareRecipe): void {
  const shift = random.normal(0, recipe.shiftHu);
  const noise = random.uniform(0, recipe.noiseHu);
  for (let i = 0; i < hu.length; i++) hu[i] = hu[i]! + shift + noise * random.uniform(-1.7, 1.7);
}
