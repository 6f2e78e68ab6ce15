// A nodule to learn from, and batches of them as feeds. Which volumes and labels: the caller's.
import type { Random } from '@tomograph/kernel';
import { f32, i32, type Tensors } from '../../graph/tensor-data.js';
import { measureNames } from './measures.js';
import { attributeNames, type PareConfig, type PareRecipe } from './pare-config.js';
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

/** A way to look at a case: where the network's own mask put the middle, and what it measured there. */
export interface View {
  readonly centre: Vec3;
  /** z-scores. */
  readonly measures: Float32Array;
}

/** Draws one batch. @param views of every case; without them clicks are drawn and measures are zero */
export function drawBatch(
  cases: readonly PareCase[],
  chosen: readonly number[],
  views: readonly (readonly View[])[] | undefined,
  random: Random,
  config: PareConfig,
  recipe: PareRecipe,
): Tensors {
  const n = chosen.length;
  const voxels = config.patch.reduce((product, extent) => product * extent, 1);
  const image = new Float32Array(n * 2 * voxels);
  const labels = new Int32Array(n * voxels);
  const measures = new Float32Array(n * measureNames.length);
  const attributes = new Float32Array(n * attributeNames.length);
  const known = new Float32Array(n * attributeNames.length);
  for (const [row, index] of chosen.entries()) {
    const each = cases[index]!;
    const view = views === undefined ? undefined : random.pick(views[index]!);
    const pose = drawPose(each, view, random, recipe);
    const hu = sampleSlab(each.volume, config, pose);
    disturb(hu, random, recipe);
    windows(hu, image, row * 2 * voxels);
    labels.set(sampleSlab(each.labels, config, pose, 'nearest'), row * voxels);
    if (view !== undefined)
      for (const [i, value] of view.measures.entries())
        measures[row * measureNames.length + i] = value + random.normal(0, 0.1);
    for (const [i, rating] of each.attributes.entries()) {
      attributes[row * attributeNames.length + i] = rating ?? 0;
      known[row * attributeNames.length + i] = rating === undefined ? 0 : 1;
    }
  }
  const ofCases = (value: (each: PareCase) => number) =>
    f32(
      chosen.map((i) => value(cases[i]!)),
      [n, 1],
    );
  return {
    image: f32(image, [n, 2, ...config.patch]),
    measures: f32(measures, [n, measureNames.length]),
    labels: i32(labels, [n, voxels]),
    malignancy: ofCases((each) => each.target),
    weight: ofCases(() => 1),
    attributes: f32(attributes, [n, attributeNames.length]),
    attributesKnown: f32(known, [n, attributeNames.length]),
  };
}

function drawPose(each: PareCase, view: View | undefined, random: Random, recipe: PareRecipe): SlabPose {
  const sd = view === undefined ? recipe.clickMm : 0.4;
  const [x, y, z] = view?.centre ?? each.centre;
  const sign = (): 1 | -1 => (random.chance(0.5) ? 1 : -1);
  return {
    centre: [x + random.normal(0, sd), y + random.normal(0, sd), z + random.normal(0, sd)],
    turn: random.uniform(0, 2 * Math.PI),
    mirror: [sign(), 1, sign()],
    // the parsing also learns coarse slabs: nodules that reach the edge are measured again at twice the spacing
    zoom:
      view === undefined && random.chance(0.3) ? random.uniform(1, 2.2) : Math.exp(random.normal(0, 0.06)),
  };
}

function disturb(hu: Float32Array, random: Random, recipe: PareRecipe): void {
  const shift = random.normal(0, recipe.shiftHu);
  const noise = random.uniform(0, recipe.noiseHu);
  for (let i = 0; i < hu.length; i++) hu[i] = hu[i]! + shift + noise * random.uniform(-1.7, 1.7);
}
