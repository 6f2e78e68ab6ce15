import { describe, expect, it } from 'vitest';
import { checkGradients } from '../autodiff/finite-difference.js';
import { Graph } from '../graph/graph.js';
import { f32, floats, i32 } from '../graph/tensor-data.js';
import { Session } from '../runtime/session.js';
import {
  averagedTargets,
  crossEntropy,
  diceAndCrossEntropy,
  oneHotRows,
  softDiceLoss,
} from './segmentation-loss.js';

const targets = { shape: [4, 3], values: [1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0.5, 0.5], differentiate: false };

describe('segmentation losses', () => {
  it('have the gradients of finite differences', async () => {
    const { worst } = await checkGradients(
      ([x, t]) => diceAndCrossEntropy(x!, t!).loss,
      [{ shape: [4, 3] }, targets],
    );
    expect(worst).toBeLessThanOrEqual(1e-3);
  });

  it('equal their definitions', async () => {
    const g = new Graph();
    const p = g.input('p', 'f32', [2, 2]);
    const t = g.input('t', 'f32', [2, 2]);
    g.output('dice', softDiceLoss(p, t, 0));
    g.output('ce', crossEntropy(p, t));
    const session = await Session.load(g.encode());
    const out = await session.run({ p: f32([0.4, 0.6, 0.9, 0.1], [2, 2]), t: f32([0, 1, 1, 0], [2, 2]) });
    expect(floats(out, 'dice')[0]).toBeCloseTo(1 - (2 * 0.6) / (0.7 + 1), 6); // class 1 only
    expect(floats(out, 'ce')[0]).toBeCloseTo(-(0.6 + 0.9) / 2, 6);
    await session.dispose();
  });

  it('average one-hot labels over the patches of a coarser grid', async () => {
    const g = new Graph();
    const hot = oneHotRows(g.input('labels', 'i32', [1, 16]), 3);
    g.output('y', averagedTargets(hot, 1, [4, 2, 2], 2));
    const session = await Session.load(g.encode());
    const labels = [0, 0, 1, 1, 1, 1, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0];
    const out = await session.run({ labels: i32(labels, [1, 16]) });
    expect([...floats(out, 'y')]).toEqual([0.25, 0.5, 0.25, 1, 0, 0]);
    await session.dispose();
  });
});
