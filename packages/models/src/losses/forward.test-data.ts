// Runs one loss on numbers and gives its scalar: what the tests of losses compare with a plain reference.
import { Random } from '@tomograph/kernel';
import { Graph, type Val } from '../graph/graph.js';
import { f32, floats } from '../graph/tensor-data.js';
import { Session } from '../runtime/session.js';

export type Input = readonly [shape: readonly number[], values: readonly number[]];

/** Values of y = f(inputs). */
export async function forward(
  build: (inputs: readonly Val[], graph: Graph) => Val,
  inputs: readonly Input[],
): Promise<number[]> {
  const graph = new Graph();
  graph.output(
    'y',
    build(
      inputs.map(([shape], i) => graph.input(`x${i}`, 'f32', shape)),
      graph,
    ),
  );
  const session = await Session.load(graph.encode());
  const feeds = Object.fromEntries(inputs.map(([shape, values], i) => [`x${i}`, f32(values, shape)]));
  const out = await session.run(feeds);
  await session.dispose();
  return [...floats(out, 'y')];
}

export const normals = (n: number, seed: number): number[] => {
  const random = new Random(seed, 'loss-inputs');
  return Array.from({ length: n }, () => random.normal());
};

export const softmax = (row: readonly number[]): number[] => {
  const e = row.map(Math.exp);
  return e.map((value) => value / e.reduce((a, v) => a + v, 0));
};

export const rows = (values: readonly number[], width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));

export const average = (values: readonly number[]): number =>
  values.reduce((a, v) => a + v, 0) / values.length;
