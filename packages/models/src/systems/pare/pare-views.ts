// Every training nodule as a trained trunk sees it from clicks beside its middle: what the head learns from. Computed
// once, so that heads (and their ablations) train in seconds on the same views.
import { Random } from '@tomograph/kernel';
import type { Weights } from '../../graph/params.js';
import { floats } from '../../graph/tensor-data.js';
import { Session } from '../../runtime/session.js';
import { measureNames } from './measures.js';
import { click, disturb, drawPose, type PareCase } from './pare-case.js';
import { feedsOf, type Look, lookWith, trunkGraph } from './pare-member.js';
import { sampleSlab } from './patch.js';
import type { PareTraining } from './train-trunk.js';

/** One look at a case: raw values, not z-scores. */
export interface View {
  readonly pooled: Float32Array;
  readonly measures: Float32Array;
}

export interface CaseViews {
  /** Per case. */
  readonly views: readonly (readonly View[])[];
  /** Share of clicks at which a nodule was found. */
  readonly foundShare: number;
}

export async function viewsOf(
  cases: readonly PareCase[],
  trunkWeights: Weights,
  { config, recipe, seed, signal }: PareTraining,
): Promise<CaseViews> {
  const session = await Session.load(trunkGraph(trunkWeights, config));
  const random = new Random(seed, 'views');
  const views: View[][] = [];
  let [found, asked] = [0, 0];
  try {
    for (const each of cases) {
      if (signal?.aborted) break; // the head's training refuses right after
      const own: View[] = [];
      for (let i = 0; i < recipe.clicks; i++) {
        const point = click(each.centre, random, recipe);
        // the first click sees the scan as it is, the others as a noisier scanner would show it
        const alter = i === 0 ? undefined : (hu: Float32Array) => disturb(hu, random, recipe);
        const seen = await lookWith(
          async (slabs) => floats(await session.run(feedsOf(slabs, undefined, config)), 'parsing'),
          each.volume,
          point,
          config,
          alter,
        );
        asked++;
        if (seen.component !== undefined) found++;
        own.push(...(await posed(session, each, seen)));
      }
      views.push(own);
    }
  } finally {
    await session.dispose();
  }
  return { views, foundShare: found / Math.max(asked, 1) };

  async function posed(runner: Session, { volume }: PareCase, { centre, measures }: Look): Promise<View[]> {
    const slabs = Array.from({ length: recipe.posesPerClick }, () => {
      const hu = sampleSlab(volume, config, drawPose(centre, 0.4, random));
      disturb(hu, random, recipe);
      return hu;
    });
    const all = floats(await runner.run(feedsOf(slabs, undefined, config)), 'pooled');
    const width = all.length / slabs.length;
    return slabs.map((_, i) => ({ pooled: all.slice(i * width, (i + 1) * width), measures }));
  }
}

export interface Moments {
  readonly mean: Float32Array;
  readonly sd: Float32Array;
}

/** Per column, over rows; a column that never changes gets sd 1. */
export function momentsOf(rows: readonly Float32Array[], width: number): Moments {
  const mean = new Float32Array(width);
  const sd = new Float32Array(width).fill(1);
  for (let i = 0; rows.length > 0 && i < width; i++) {
    let sum = 0;
    for (const row of rows) sum += row[i]!;
    mean[i] = sum / rows.length;
    let squares = 0;
    for (const row of rows) squares += (row[i]! - mean[i]!) ** 2;
    sd[i] = Math.sqrt(squares / rows.length);
    if (!(sd[i]! > 1e-6)) sd[i] = 1;
  }
  return { mean, sd };
}

/** Of measures where a nodule was found ('found' is 1): absent ones are all zero and would bend the mean. */
export const isFound = ({ measures }: View): boolean => measures[measureNames.length - 1] === 1;

export function zScore(row: Float32Array, { mean, sd }: Moments): Float32Array {
  return row.map((value, i) => Math.min(Math.max((value - mean[i]!) / sd[i]!, -5), 5));
}
