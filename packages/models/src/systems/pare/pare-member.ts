// One trained network of the ensemble as an ONNX model, and its two looks at a nodule: find the middle, then judge.
import { Graph, type Val } from '../../graph/graph.js';
import { FrozenParams, type Weights } from '../../graph/params.js';
import { f32, floats, type Tensors } from '../../graph/tensor-data.js';
import * as b from '../../ops/build.js';
import { type Component, componentAtMiddle } from './component.js';
import { measure, measureNames } from './measures.js';
import { pareHead } from './network.js';
import type { PareConfig } from './pare-config.js';
import type { Moments } from './pare-views.js';
import { type CtVolume, sampleSlab, slabToLps, type Vec3, windows } from './patch.js';
import { trunk } from './trunk.js';

export interface PareMember {
  readonly weights: Weights;
  /** [2·K, width], benign first. */
  readonly prototypes: Float32Array;
  /** Over the views of the training nodules. */
  readonly pooledMoments: Moments;
  readonly measureMoments: Moments;
}

/** Runs a network: a Session or an InferencePool. */
export interface Runner {
  run(feeds: Tensors): Promise<Tensors>;
}

/** image [batch, 2, z, y, x], measures [batch, m] as measured -> nodule, embedding, logits, recall, attributes. */
export function servingGraph(member: PareMember, config: PareConfig): Uint8Array {
  const graph = new Graph('pare');
  const params = new FrozenParams(graph, member.weights);
  const { parsing, pooled } = trunk(
    params,
    graph.input('image', 'f32', ['batch', 2, ...config.patch]),
    config,
  );
  const rows = 2 * config.prototypesPerClass;
  const zScores = (name: string, x: Val, { mean, sd }: Moments): Val => {
    const constant = (part: string, values: Float32Array): Val =>
      graph.constant(values, [values.length], `${name}.${part}`);
    const z = b.div(b.sub(x, constant('mean', mean)), constant('sd', sd));
    return b.minimum(b.maximum(z, -5), 5);
  };
  const measures = config.parsing
    ? graph.input('measures', 'f32', ['batch', measureNames.length])
    : undefined;
  const outputs = pareHead(
    params,
    {
      pooled: zScores('pooled', pooled, member.pooledMoments),
      measures: measures && zScores('measures', measures, member.measureMoments),
      prototypes: graph.constant(member.prototypes, [rows, config.tokenWidth], 'prototypes'),
    },
    config,
  );
  if (parsing !== undefined) graph.output('parsing', b.softmax(parsing, 1));
  graph.output('embedding', outputs.embedding);
  graph.output('direct', outputs.direct);
  if (outputs.recalled !== undefined) graph.output('recalled', outputs.recalled);
  if (outputs.recall !== undefined) graph.output('recall', outputs.recall);
  graph.output('attributes', outputs.attributes);
  return graph.encode();
}

/** The trunk alone: image -> parsing, pooled. What heads are trained on. */
export function trunkGraph(weights: Weights, config: PareConfig): Uint8Array {
  const graph = new Graph('pare-trunk');
  const image = graph.input('image', 'f32', ['batch', 2, ...config.patch]);
  const { parsing, pooled } = trunk(new FrozenParams(graph, weights), image, config);
  if (parsing !== undefined) graph.output('parsing', b.softmax(parsing, 1));
  graph.output('pooled', pooled);
  return graph.encode();
}

/** What one network saw at a point. */
export interface Look {
  readonly centre: Vec3;
  /** Probability of nodule in the slab at `centre`, [z·y·x]. */
  readonly probability: Float32Array;
  readonly component: Component | undefined;
  readonly hu: Float32Array;
  readonly measures: Float32Array;
}

export interface Judgement extends Look {
  readonly logit: number;
  readonly embedding: Float32Array;
  /** [2·K]; empty without recall. */
  readonly recall: Float32Array;
  readonly attributes: Float32Array;
}

const voxelsOf = (config: PareConfig): number => config.patch.reduce((n, extent) => n * extent, 1);

/** Probability of every parsed class of one slab, [classes, voxels]. */
export async function parseSlabs(
  runner: Runner,
  slabs: readonly Float32Array[],
  config: PareConfig,
): Promise<Float32Array> {
  const unmeasured = new Float32Array(measureNames.length);
  const out = await runner.run(feedsOf(slabs, unmeasured, config));
  return floats(out, 'parsing');
}

/** Slabs in HU -> probability of every parsed class, [slab, class, voxel] flat. */
export type Parse = (slabs: readonly Float32Array[]) => Promise<Float32Array>;

export const look = (runner: Runner, volume: CtVolume, point: Vec3, config: PareConfig): Promise<Look> =>
  lookWith((slabs) => parseSlabs(runner, slabs, config), volume, point, config);

/**
 * Looks at the point, moves to the middle of what it finds there (twice at most), and measures.
 * @param alter changes a slab before it is seen: training shows other scanners' noise
 */
export async function lookWith(
  parse: Parse,
  volume: CtVolume,
  point: Vec3,
  config: PareConfig,
  alter?: (hu: Float32Array) => void,
): Promise<Look> {
  let centre = point;
  const voxels = voxelsOf(config);
  for (let round = 0; ; round++) {
    const hu = sampleSlab(volume, config, { centre });
    alter?.(hu);
    if (!config.parsing) {
      const measures = new Float32Array(measureNames.length);
      return { centre, probability: new Float32Array(voxels), component: undefined, hu, measures };
    }
    const probability = (await parse([hu])).slice(voxels, 2 * voxels);
    const component = componentAtMiddle(probability, config);
    const next = component === undefined ? centre : slabToLps(config, { centre }, ...component.middle);
    const moved = Math.hypot(...next.map((value, axis) => value - centre[axis]!));
    if (component === undefined || moved < 0.6 || round === 2)
      return { centre, probability, component, hu, measures: measure(hu, component, config) };
    centre = next;
  }
}

const mirrors: readonly Vec3[] = [
  [1, 1, 1],
  [-1, 1, 1],
  [1, -1, 1],
  [1, 1, -1],
];

/** Mean over four mirrored slabs and over both heads. */
export async function judge(
  runner: Runner,
  volume: CtVolume,
  seen: Look,
  config: PareConfig,
): Promise<Judgement> {
  const slabs = mirrors.map((mirror) => sampleSlab(volume, config, { centre: seen.centre, mirror }));
  const measures = config.parsing ? seen.measures : undefined;
  const out = await runner.run(feedsOf(slabs, measures, config));
  const average = (name: string): Float32Array => {
    const all = floats(out, name);
    const width = all.length / slabs.length;
    return Float32Array.from({ length: width }, (_, i) => {
      let sum = 0;
      for (let row = 0; row < slabs.length; row++) sum += all[row * width + i]!;
      return sum / slabs.length;
    });
  };
  const direct = average('direct')[0]!;
  const logit = config.recall === 'none' ? direct : (direct + average('recalled')[0]!) / 2;
  return {
    ...seen,
    logit,
    embedding: average('embedding'),
    recall: config.recall === 'none' ? new Float32Array(0) : average('recall'),
    attributes: average('attributes'),
  };
}

/** @param measures of all slabs; undefined for a network that reads none */
export function feedsOf(
  slabs: readonly Float32Array[],
  measures: Float32Array | undefined,
  config: PareConfig,
): Tensors {
  const n = slabs.length;
  const voxels = voxelsOf(config);
  const image = new Float32Array(n * 2 * voxels);
  for (const [i, slab] of slabs.entries()) windows(slab, image, i * 2 * voxels);
  const images = { image: f32(image, [n, 2, ...config.patch]) };
  if (measures === undefined) return images;
  const rows = new Float32Array(n * measureNames.length);
  for (let i = 0; i < n; i++) rows.set(measures, i * measureNames.length);
  return { ...images, measures: f32(rows, [n, measureNames.length]) };
}
