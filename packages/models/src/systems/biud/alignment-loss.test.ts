import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { checkGradients } from '../../autodiff/finite-difference.js';
import { Graph, type Val } from '../../graph/graph.js';
import { f32, floats, type Tensors } from '../../graph/tensor-data.js';
import * as b from '../../ops/build.js';
import { Session } from '../../runtime/session.js';
import {
  cosine,
  lateScores,
  pairLoss,
  relationLoss,
  relationTargets,
  robustTargets,
  scoreContrast,
} from './alignment-loss.js';
import { lateInteraction } from './late-interaction.js';

async function value(build: (graph: Graph) => Val, feeds: Tensors): Promise<Float32Array> {
  const graph = new Graph('test');
  graph.output('y', build(graph));
  const session = await Session.load(graph.encode());
  const out = floats(await session.run(feeds), 'y');
  await session.dispose();
  return out;
}

const random = new Random(1);
const unitRows = (n: number, width: number): Float32Array[] =>
  Array.from({ length: n }, () => {
    const row = Float32Array.from({ length: width }, () => random.normal());
    const length = Math.hypot(...row);
    return row.map((x) => x / length);
  });
const flat = (rows: readonly Float32Array[]): Float32Array =>
  Float32Array.from(rows.flatMap((row) => [...row]));

describe('the losses of the alignment', () => {
  it('pair: 0 for equal directions, 2 for opposite ones, rows without a film do not count', async () => {
    const build = (graph: Graph): Val =>
      pairLoss(
        graph.input('h', 'f32', [2, 2]),
        graph.input('target', 'f32', [2, 2]),
        graph.input('known', 'f32', [2]),
      );
    const h = f32([3, 0, 0, 1], [2, 2]);
    const target = f32([1, 0, 0, -1], [2, 2]);
    expect((await value(build, { h, target, known: f32([1, 0], [2]) }))[0]).toBeCloseTo(0);
    expect((await value(build, { h, target, known: f32([1, 1], [2]) }))[0]).toBeCloseTo(1);
  });

  it('relation: 0 where the head already stands where the film does', async () => {
    const bank = unitRows(5, 4);
    const targets = relationTargets(bank[2]!, bank, 0.1);
    expect(targets.reduce((a, x) => a + x, 0)).toBeCloseTo(1);
    const build = (graph: Graph): Val =>
      relationLoss(
        graph.input('h', 'f32', [1, 4]),
        graph.input('bank', 'f32', [5, 4]),
        graph.input('targets', 'f32', [1, 5]),
        graph.input('known', 'f32', [1]),
        0.1,
      );
    const feeds = { bank: f32(flat(bank), [5, 4]), targets: f32(targets, [1, 5]), known: f32([1], [1]) };
    expect((await value(build, { ...feeds, h: f32(bank[2]!, [1, 4]) }))[0]).toBeCloseTo(0, 5);
    expect((await value(build, { ...feeds, h: f32(bank[0]!, [1, 4]) }))[0]).toBeGreaterThan(0.1);
  });

  it('late scores on the graph are those of the plain explanation, padding sentences count nothing', async () => {
    const regions = [unitRows(3, 4), unitRows(3, 4)];
    const sentences = [unitRows(2, 4), unitRows(2, 4)];
    const weights = [
      [0.5, 2],
      [1, 0],
    ];
    const scores = await value(
      (graph) =>
        lateScores(
          graph.input('regions', 'f32', [2, 3, 4]),
          graph.input('sentences', 'f32', [4, 4]),
          graph.input('weights', 'f32', [2, 2]),
        ),
      {
        regions: f32(flat(regions.flat()), [2, 3, 4]),
        sentences: f32(flat(sentences.flat()), [4, 4]),
        weights: f32(weights.flat(), [2, 2]),
      },
    );
    for (const ct of [0, 1])
      for (const report of [0, 1]) {
        const read = sentences[report]!.flatMap((vector, i) =>
          weights[report]![i]! > 0 ? [{ text: '', vector, weight: weights[report]![i]! }] : [],
        );
        expect(scores[ct * 2 + report]).toBeCloseTo(lateInteraction(read, regions[ct]!).score, 5);
      }
  });

  it('has the gradients of finite differences', async () => {
    const targets = f32([0.5, 0.5, 0.5, 0.5], [2, 2]);
    const { worst } = await checkGradients(
      ([regions, sentences, wanted]) =>
        scoreContrast(
          lateScores(
            regions!,
            sentences!,
            b.add(
              b.mul(
                b.slice(sentences!, [
                  { axis: 1, start: 0, end: 2 },
                  { axis: 0, start: 0, end: 2 },
                ]),
                0,
              ),
              1,
            ),
          ),
          wanted!,
          0.5,
        ),
      [
        { shape: [2, 3, 4] },
        { shape: [4, 4] },
        { shape: [2, 2], values: [...(targets.data as Float32Array)], differentiate: false },
      ],
    );
    expect(worst).toBeLessThan(1e-3);
  });
});

describe('targets against false negatives', () => {
  const [a, c] = unitRows(2, 8) as [Float32Array, Float32Array];

  it('share the weight among reports that say the same', () => {
    expect([...robustTargets([a, c, a], 0.95)]).toEqual([0.5, 0, 0.5, 0, 1, 0, 0.5, 0, 0.5]);
  });

  it('are plain pairs where nothing is close enough', () => {
    expect([...robustTargets([a, a], 2)]).toEqual([1, 0, 0, 1]);
  });

  it('cosine of a vector of length 1 with itself is 1', () => {
    expect(cosine(a, a)).toBeCloseTo(1);
  });
});
