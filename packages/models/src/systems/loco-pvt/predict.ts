// Answers of a network on whole cases of the patch size, for evaluation. Larger volumes: arch/sliding-window.ts.
import { voxels } from '../../arch/patches.js';
import { servingNetwork, taskFeeds } from '../../arch/pvt-network.js';
import { f32, floats, type Tensors } from '../../graph/tensor-data.js';
import type { Factors, Head } from '../../lora/adapter.js';
import type { LoraLayer } from '../../lora/lora-scope.js';
import { InferencePool } from '../../runtime/inference-pool.js';
import type { OrganCase } from './organ-task.js';
import type { Learner } from './teach.js';

/** What one task needs on top of the network. */
export interface Skill {
  readonly factors: ReadonlyMap<string, Factors>;
  readonly head: Head;
}
export const noFactors: ReadonlyMap<string, Factors> = new Map();

export class Predictor {
  private constructor(
    private readonly pool: InferencePool,
    private readonly layout: readonly LoraLayer[],
    private readonly size: Learner['config']['size'],
  ) {}

  static async create(
    { config, weights }: Pick<Learner, 'config' | 'weights'>,
    threads = 1,
  ): Promise<Predictor> {
    const { bytes, layout } = servingNetwork({ config, weights });
    return new Predictor(await InferencePool.create(bytes, { threads }), layout, config.size);
  }

  /** [voxels, classes] of one case. */
  async probabilities(item: OrganCase, skill: Skill): Promise<Float32Array> {
    const feeds: Tensors = { x: f32(item.image, [1, ...this.size]), ...taskFeeds(this.layout, skill) };
    return floats(await this.pool.run(feeds), 'probabilities');
  }

  /** Labels per case: the most probable class, the first among equals. */
  async labels(cases: readonly OrganCase[], skill: Skill): Promise<Uint8Array[]> {
    const classes = skill.head.bias.length;
    const out: Uint8Array[] = [];
    for (const item of cases) {
      const p = await this.probabilities(item, skill);
      out.push(
        Uint8Array.from({ length: voxels(this.size) }, (_, i) => mostProbable(p, i * classes, classes)),
      );
    }
    return out;
  }

  async close(): Promise<void> {
    await this.pool.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

export function mostProbable(p: Float32Array, at: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (p[at + c]! > p[at + best]!) best = c;
  return best;
}

/** Dice per organ over cases (absent in both: left out), then the mean over organs. @returns per organ and mean */
export function meanDice(
  predicted: readonly ArrayLike<number>[],
  cases: readonly OrganCase[],
  organs: number,
): { readonly mean: number; readonly perOrgan: readonly number[] } {
  const perOrgan = Array.from({ length: organs }, (_, o) => {
    const scores = cases.flatMap(({ labels }, i) => {
      const score = dice(predicted[i]!, labels, o + 1);
      return score === undefined ? [] : [score];
    });
    return scores.length === 0 ? Number.NaN : scores.reduce((a, s) => a + s, 0) / scores.length;
  });
  const present = perOrgan.filter((score) => !Number.isNaN(score));
  return { mean: present.reduce((a, s) => a + s, 0) / present.length, perOrgan };
}

function dice(a: ArrayLike<number>, b: Uint8Array, label: number): number | undefined {
  let both = 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const inA = a[i] === label;
    const inB = b[i] === label;
    sum += Number(inA) + Number(inB);
    both += Number(inA && inB);
  }
  return sum === 0 ? undefined : (2 * both) / sum;
}
