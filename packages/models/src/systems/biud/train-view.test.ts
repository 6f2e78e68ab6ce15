import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { f32, floats } from '../../graph/tensor-data.js';
import { Session } from '../../runtime/session.js';
import { cosine } from './alignment-loss.js';
import { biudConfig, viewRecipe } from './biud-config.js';
import { type BiudModel, servingNetwork } from './biud-model.js';
import { trainView, type ViewCase } from './train-view.js';

const config = { ...biudConfig, width: 8, view: { width: 8 }, film: { size: 16, widths: [8, 16] as const } };
const recipe = { ...viewRecipe, steps: 150, batch: 12 };

/** Patients who differ in where something wide and dense lies; the film has other noise and gamma than the projection. */
function patients(count: number, seed: number): ViewCase[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const [x, y, wide] = [random.uniform(4, 12), random.uniform(4, 12), random.uniform(1.5, 4)];
    const picture = (gamma: number): Float32Array =>
      Float32Array.from({ length: 256 }, (_, i) => {
        const near = Math.exp(-(((i % 16) - x) ** 2 + (Math.floor(i / 16) - y) ** 2) / (2 * wide ** 2));
        return near ** gamma * 0.9 + random.uniform(0, 0.05);
      });
    return { film: picture(1.2), front: picture(0.9) };
  });
}

describe('the view encoder', () => {
  it('puts a film beside the projection of its own patient, among patients it never saw', async () => {
    const view = await trainView(patients(60, 1), { config, recipe, seed: 1 });
    // the same layers with the same names: the film network of a model whose two halves are the view
    const model = { config, film: view, view } as unknown as BiudModel;
    const session = await Session.load(servingNetwork('film', model));
    const read = async (picture: Float32Array) =>
      floats(await session.run({ film: f32(picture, [1, 16, 16]) }), 'vector').slice();
    const others = patients(20, 2);
    let found = 0;
    const fronts = await Promise.all(others.map(({ front }) => read(front)));
    for (const [own, { film }] of others.entries()) {
      const query = await read(film);
      const scores = fronts.map((front) => cosine(query, front));
      if (scores.filter((score) => score > scores[own]!).length < 3) found++;
    }
    await session.dispose();
    expect(found).toBeGreaterThan(12); // by chance 3
  });

  it('refuses fewer patients than a batch', async () => {
    await expect(trainView(patients(3, 1), { config, recipe, seed: 1 })).rejects.toThrow(
      /at least one batch of 12/,
    );
  });
});
