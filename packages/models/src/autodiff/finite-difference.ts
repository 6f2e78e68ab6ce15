// Checks gradients against central differences. For tests of operators, layers and losses; far too slow for training.
import { Random } from '@tomograph/kernel';
import { Graph, type Val } from '../graph/graph.js';
import { f32, floats, type Tensors } from '../graph/tensor-data.js';
import { mul, reduceSum } from '../ops/build.js';
import { Session } from '../runtime/session.js';
import { grad } from './grad.js';

export interface Checked {
  readonly shape: readonly number[];
  /** Default: normal numbers of the seed. */
  readonly values?: readonly number[];
  /** Default true; a value that is only fed (targets) is not differentiated. */
  readonly differentiate?: boolean;
}

export interface GradientReport {
  /** Per input: |analytic − numeric| / (|analytic| + |numeric|), Euclidean norms; NaN where not differentiated. */
  readonly relativeErrors: readonly number[];
  readonly worst: number;
}

/**
 * Builds y = f(inputs), weights it with fixed random numbers and compares d(Σ w·y) with central differences of step
 * `step`. The forward pass is float32, its weighted sum is taken in double precision.
 */
export async function checkGradients(
  build: (inputs: readonly Val[], graph: Graph) => Val,
  checked: readonly Checked[],
  options: { seed?: number; step?: number } = {},
): Promise<GradientReport> {
  const random = new Random(options.seed ?? 1, 'finite-difference');
  const graph = new Graph('finite-difference');
  const inputs = checked.map(({ shape }, i) => graph.input(`x${i}`, 'f32', shape));
  const y = build(inputs, graph);
  const w = graph.input('w', 'f32', y.shape);
  const sought = inputs.filter((_, i) => checked[i]!.differentiate !== false);
  const gradients = grad(reduceSum(mul(y, w)), sought);
  graph.output('y', y);
  for (const [i, gradient] of gradients.entries()) graph.output(`d_${sought[i]!.name}`, gradient);

  const session = await Session.load(graph.encode());
  const normals = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.normal());
  const size = (shape: readonly number[]): number => shape.reduce((n, extent) => n * extent, 1);
  const feeds: Record<string, Tensors[string]> = {
    w: f32(normals(size(y.shape as number[])), y.shape as number[]),
  };
  checked.forEach(({ shape, values }, i) => {
    feeds[`x${i}`] = f32(values === undefined ? normals(size(shape)) : Float32Array.from(values), shape);
  });
  const weighted = async (): Promise<number> => {
    const out = floats(await session.run(feeds), 'y');
    return out.reduce((sum, value, i) => sum + value * floats(feeds, 'w')[i]!, 0);
  };
  const analytic = await session.run(feeds);
  const relativeErrors: number[] = [];
  for (const [i, { differentiate }] of checked.entries()) {
    if (differentiate === false) {
      relativeErrors.push(Number.NaN);
      continue;
    }
    const numeric = await differences(floats(feeds, `x${i}`), weighted, options.step ?? 1e-2);
    relativeErrors.push(relativeError(floats(analytic, `d_x${i}`), numeric));
  }
  await session.dispose();
  return { relativeErrors, worst: Math.max(...relativeErrors.filter((error) => !Number.isNaN(error))) };
}

async function differences(values: Float32Array, f: () => Promise<number>, step: number): Promise<number[]> {
  const numeric: number[] = [];
  for (let j = 0; j < values.length; j++) {
    const at = values[j]!;
    values[j] = at + step;
    const [up, high] = [await f(), values[j]!];
    values[j] = at - step;
    const [down, low] = [await f(), values[j]!];
    values[j] = at;
    numeric.push((up - down) / (high - low));
  }
  return numeric;
}

function relativeError(analytic: Float32Array, numeric: readonly number[]): number {
  const norm = (values: ArrayLike<number>): number =>
    Math.sqrt(Array.from(values).reduce((s, v) => s + v * v, 0));
  const scale = norm(analytic) + norm(numeric);
  const difference = norm(numeric.map((value, i) => value - analytic[i]!));
  return scale === 0 ? 0 : difference / scale;
}
