import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { biudConfig, ctRecipe } from './biud-config.js';
import { tissueCount } from './ct-input.js';
import { type CtCase, disturbCells, trainCt } from './train-ct.js';

const config = { ...biudConfig, width: 8, view: { width: 4 }, ct: { ...biudConfig.ct, size: 6, heads: 2 } };
const recipe = { ...ctRecipe, steps: 2, batch: 2, sentences: 1, pairWeight: 0, relationWeight: 0 };

function scan(seed: number): CtCase {
  const random = new Random(seed);
  const cells = new Float32Array(6 ** 3 * tissueCount);
  for (let cell = 0; cell < 6 ** 3; cell++) cells[cell * tissueCount + random.int(tissueCount)] = 1;
  const vector = Float32Array.from({ length: 12 }, (_, i) => (i === seed % 8 ? 1 : 0));
  return {
    cells,
    report: { vector, sentences: [{ text: 'one', vector, weight: 1 }] },
    contrasts: [{ direction: vector, isPresent: true }],
  };
}

describe('training of the CT encoder', () => {
  it('needs no films where nothing is distilled', async () => {
    const weights = await trainCt([scan(1), scan(2)], { config, recipe, seed: 1 });
    expect(weights.has('film.weight')).toBe(false);
    expect(weights.size).toBeGreaterThan(10);
  });

  it('refuses to distil without a film expert, and fewer scans than a batch', async () => {
    const distilled = { ...recipe, pairWeight: 1 };
    await expect(trainCt([scan(1), scan(2)], { config, recipe: distilled, seed: 1 })).rejects.toThrow(
      /film expert/,
    );
    await expect(trainCt([scan(1)], { config, recipe, seed: 1 })).rejects.toThrow(/one batch of 2/);
  });

  it('moves a scan so that every cell still holds shares that sum to one', () => {
    const out = new Float32Array(6 ** 3 * tissueCount);
    const { cells } = scan(3);
    disturbCells(cells, 6, new Random(5), out, 0);
    expect(out).not.toEqual(cells);
    for (let at = 0; at < out.length; at += tissueCount)
      expect(out.slice(at, at + tissueCount).reduce((sum, root) => sum + root * root, 0)).toBeCloseTo(1, 4);
  });
});
