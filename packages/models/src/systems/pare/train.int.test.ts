import { beforeAll, describe, expect, it } from 'vitest';
import { auroc } from '../../metrics/ranks.js';
import { Session } from '../../runtime/session.js';
import { assessNodule } from './assess-nodule.js';
import { ballCases, tinyConfig } from './balls.test-data.js';
import { decodePareBundle, encodePareBundle, openPare, type PareModel } from './pare-bundle.js';
import { type PareRecipe, pareRecipe } from './pare-config.js';
import { assess, partOfPatients, type TrainedTrunks, trainHeads, trainTrunks } from './pare-ensemble.js';
import { headGraph, servingGraph, trunkGraph } from './pare-member.js';
import { judgePooled, pooledLook } from './pare-pooled.js';
import { momentsOf, zScore } from './pare-views.js';
import { randomPrototypes } from './prototypes.js';
import { trainTrunk } from './train-trunk.js';

const recipe: PareRecipe = {
  ...pareRecipe,
  trunk: { batchSize: 8, steps: 120, peakRate: 1e-2 },
  head: { batchSize: 16, steps: 120, peakRate: 5e-3, noise: 0.1 },
  clickMm: 1,
  clicks: 1,
};
const training = { config: tinyConfig, recipe, members: 1, seed: 1 };
const cases = ballCases(48);
const test = ballCases(20, 2);

async function aurocOf(config: typeof tinyConfig, trunks: TrainedTrunks): Promise<number> {
  const { members } = await trainHeads(trunks, { ...training, config });
  const session = await Session.load(servingGraph(members[0]!, config));
  const scores: number[] = [];
  for (const each of test) scores.push((await assess(session, each.volume, each.centre, config)).logit);
  await session.dispose();
  return auroc(
    scores,
    test.map(({ malignant }) => malignant === true),
  )!;
}

describe('training on balls of which the large ones are malignant', () => {
  let trunks: TrainedTrunks;
  beforeAll(async () => {
    trunks = await trainTrunks(cases, training);
  }, 60_000);

  it('finds most balls at a click, and leaves the patients of one part out', () => {
    const { views, training: learnt, leftOut } = trunks.trunks[0]!;
    expect(views.foundShare).toBeGreaterThan(0.8);
    expect(views.views).toHaveLength(learnt.length);
    expect(learnt.length + leftOut.length).toBe(cases.length);
    const left = new Set(leftOut.map(({ patient }) => patient));
    expect(learnt.every(({ patient }) => !left.has(patient))).toBe(true);
  });

  it('ranks unseen balls, with and without recall', async () => {
    expect(await aurocOf(tinyConfig, trunks)).toBeGreaterThan(0.9);
    expect(await aurocOf({ ...tinyConfig, recall: 'none' }, trunks)).toBeGreaterThan(0.9);
  }, 60_000);

  it('moves prototypes beside the gradient; random ones stay as they were drawn', async () => {
    const { prototypesPerClass, tokenWidth } = tinyConfig;
    const drawn = randomPrototypes(prototypesPerClass, tokenWidth, training.seed * 100).values;
    const frozen = (await trainHeads(trunks, { ...training, config: { ...tinyConfig, recall: 'random' } }))
      .members[0]!;
    const moved = (await trainHeads(trunks, training)).members[0]!;
    expect(frozen.prototypes).toEqual(drawn);
    expect(moved.prototypes).not.toEqual(drawn);
    expect(moved.usageEntropy).toBeGreaterThan(0);
    expect([...moved.weights.keys()].filter((name) => name.includes('prototype'))).toEqual([]);
  }, 60_000);

  it('trains the same head from the same seed, calibrated on patients it did not see', async () => {
    const [a, b] = [await trainHeads(trunks, training), await trainHeads(trunks, training)];
    expect(a.members[0]!.weights.get('direct.weight')).toEqual(b.members[0]!.weights.get('direct.weight'));
    expect(a.calibration).toEqual(b.calibration);
    expect(a.calibration.cases).toBe(trunks.trunks[0]!.leftOut.length);
  }, 60_000);

  it('judges from pooled features of a trunk as the whole network does', async () => {
    const ensemble = await trainHeads(trunks, training);
    const member = ensemble.members[0]!;
    const [whole, trunk, head] = [
      await Session.load(servingGraph(member, tinyConfig)),
      await Session.load(trunkGraph(member.weights, tinyConfig)),
      await Session.load(headGraph(member, tinyConfig)),
    ];
    const { volume, centre } = test[1]!;
    const one = await assess(whole, volume, centre, tinyConfig);
    const two = await judgePooled(head, await pooledLook(trunk, volume, centre, tinyConfig), tinyConfig);
    expect(two.logit).toBeCloseTo(one.logit, 4);
    expect(two.centre).toEqual(one.centre);
    for (const [i, value] of one.embedding.entries()) expect(two.embedding[i]).toBeCloseTo(value, 3);
    for (const session of [whole, trunk, head]) await session.dispose();
  }, 60_000);

  it('goes into a bundle and assesses from it', async () => {
    const ensemble = await trainHeads(trunks, training);
    const model: PareModel = {
      ...ensemble,
      stored: {
        embeddings: [],
        malignant: new Uint8Array(0),
        diametersMm: new Float32Array(0),
        thumbnails: [],
      },
    };
    const files = encodePareBundle(model);
    expect(decodePareBundle(files).calibration).toEqual(ensemble.calibration);
    const loaded = await openPare(files);
    const large = test.find(({ malignant }) => malignant)!;
    const found = await assessNodule(loaded, large.volume, large.centre);
    expect(found.kind).toBe('ASSESSED');
    for (const runner of loaded.runners) await (runner as Session).dispose();
  }, 60_000);
});

describe('training that cannot go on', () => {
  it('with fewer cases than a batch is refused', async () => {
    await expect(trainTrunk(cases.slice(0, 3), training)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('stops when it is cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(trainTrunk(cases, { ...training, signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('parts of patients', () => {
  it('are equal in size, hold each patient once and depend on the seed alone', () => {
    const patients = Array.from({ length: 40 }, (_, i) => `p${i % 20}`);
    const part = partOfPatients(patients, 5, 1);
    const sizes = [0, 0, 0, 0, 0];
    for (const n of part.values()) sizes[n]!++;
    expect(sizes).toEqual([4, 4, 4, 4, 4]);
    expect(partOfPatients([...patients].reverse(), 5, 1)).toEqual(part);
    expect(partOfPatients(patients, 5, 2)).not.toEqual(part);
  });
});

describe('z-scores', () => {
  it('have mean 0 and deviation 1, columns that never change stay 0, outliers end at 5', () => {
    const rows = [1, 2, 3].map((v) => Float32Array.from([v, 7]));
    const moments = momentsOf(rows, 2);
    expect([...moments.mean]).toEqual([2, 7]);
    expect(moments.sd[1]).toBe(1);
    expect([...zScore(Float32Array.from([2, 7]), moments)]).toEqual([0, 0]);
    expect([...zScore(Float32Array.from([1e6, -1e6]), moments)]).toEqual([5, -5]);
  });
});
