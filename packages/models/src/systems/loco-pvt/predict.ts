// Answers of a network on whole cases of the patch size, for evaluation. Larger volumes: arch/sliding-window.ts.
import { voxels } from '../../arch/patches.js';
import { servingNetwork, taskFeeds } from '../../arch/pvt-network.js';
import { f32, floats, type Tensors } from '../../graph/tensor-data.js';
import type { Factors, Head } from '../../lora/adapter.js';
import type { LoraLayer } from '../../lora/lora-scope.js';
import { type DiceSummary, dice, summarizeDice } from '../../metrics/dice.js';
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

/** Dice of one task's organs: organ, then case, then set; pairs absent from both are left out and counted. */
export function diceSummary(
  predicted: readonly ArrayLike<number>[],
  cases: readonly OrganCase[],
  classes: readonly string[],
): DiceSummary {
  return summarizeDice(cases.map(({ labels }, i) => organScores(predicted[i]!, labels, classes)));
}

/** Organ -> Dice in one case; label c stands for `classes[c]`, 0 for the background. */
export function organScores(
  predicted: ArrayLike<number>,
  truth: ArrayLike<number>,
  classes: readonly string[],
): Map<string, number | undefined> {
  return new Map(classes.slice(1).map((organ, i) => [organ, dice(predicted, truth, i + 1)]));
}
