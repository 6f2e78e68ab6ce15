// One trained network of the ensemble as an ONNX model, and its two looks at a nodule: find the middle, then judge.
import { Graph, type Val } from '../../graph/graph.js';
import { FrozenParams, type Weights } from '../../graph/params.js';
import { f32, floats, type Tensors } from '../../graph/tensor-data.js';
import * as b from '../../ops/build.js';
import { type Component, componentAtMiddle } from './component.js';
import { atHalfHeight } from './half-height.js';
import { measure, measureNames } from './measures.js';
import { pareHead } from './network.js';
import type { PareConfig } from './pare-config.js';
import type { Moments } from './pare-views.js';
import { type CtVolume, sampleSlab, slabToLps, type Vec3, windows } from './patch.js';
import { pooledWidth, trunk } from './trunk.js';

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
  if (parsing !== undefined) graph.output('parsing', b.softmax(parsing, 1));
  serveHead(graph, params, pooled, member, config);
  return graph.encode();
}

/** The head alone: pooled [batch, pooledWidth], measures [batch, m] -> as the whole, less the parsing. */
export function headGraph(member: PareMember, config: PareConfig): Uint8Array {
  const graph = new Graph('pare-head');
  const pooled = graph.input('pooled', 'f32', ['batch', pooledWidth(config)]);
  serveHead(graph, new FrozenParams(graph, member.weights), pooled, member, config);
  return graph.encode();
}

function serveHead(
  graph: Graph,
  params: FrozenParams,
  pooled: Val,
  member: PareMember,
  config: PareConfig,
): void {
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
  graph.output('embedding', outputs.embedding);
  graph.output('direct', outputs.direct);
  if (outputs.recalled !== undefined) graph.output('recalled', outputs.recalled);
  if (outputs.recall !== undefined) graph.output('recall', outputs.recall);
  graph.output('attributes', outputs.attributes);
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
  /** Probability of nodule in the slab at `centre`, mean over its mirror images, [z·y·x]. */
  readonly probability: Float32Array;
  /** Ended at half height, see half-height.ts. */
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
    if (component === undefined || moved < 0.6 || round === 2) {
      const seen = await mirroredParse(parse, hu, config);
      const found = componentAtMiddle(seen, config);
      const ended = found && (atHalfHeight(found, hu, config) ?? found);
      return { centre, probability: seen, component: ended, hu, measures: measure(hu, ended, config, found) };
    }
    centre = next;
  }
}

export const mirrors: readonly Vec3[] = [
  [1, 1, 1],
  [-1, 1, 1],
  [1, -1, 1],
  [1, 1, -1],
];

/** Probability of nodule: the mean over the slab and its mirror images, turned back. */
async function mirroredParse(parse: Parse, hu: Float32Array, config: PareConfig): Promise<Float32Array> {
  const voxels = voxelsOf(config);
  const all = await parse(mirrors.map((mirror) => flipped(hu, mirror, config)));
  const mean = new Float32Array(voxels);
  for (const [row, mirror] of mirrors.entries()) {
    const from = (row * config.parsed.length + 1) * voxels;
    const back = flipped(all.subarray(from, from + voxels), mirror, config);
    for (let n = 0; n < voxels; n++) mean[n]! += back[n]! / mirrors.length;
  }
  return mean;
}

function flipped(values: Float32Array, mirror: Vec3, { patch: [pz, py, px] }: PareConfig): Float32Array {
  const [mx, my, mz] = mirror;
  return values.map((_, n) => {
    const [x, y, z] = [n % px, Math.floor(n / px) % py, Math.floor(n / (px * py))];
    return values[
      (mx < 0 ? px - 1 - x : x) + px * ((my < 0 ? py - 1 - y : y) + py * (mz < 0 ? pz - 1 - z : z))
    ]!;
  });
}

/** Mean over four mirrored slabs and over both heads. */
export async function judge(
  runner: Runner,
  volume: CtVolume,
  seen: Look,
  config: PareConfig,
): Promise<Judgement> {
  const slabs = mirrors.map((mirror) => sampleSlab(volume, config, { centre: seen.centre, mirror }));
  const measures = config.parsing ? seen.measures : undefined;
  return meanJudgement(await runner.run(feedsOf(slabs, measures, config)), seen, config);
}

/** @param out of a head, one row for every mirrored slab */
export function meanJudgement(out: Tensors, seen: Look, config: PareConfig): Judgement {
  const average = (name: string): Float32Array => {
    const all = floats(out, name);
    const width = all.length / mirrors.length;
    return Float32Array.from({ length: width }, (_, i) => {
      let sum = 0;
      for (let row = 0; row < mirrors.length; row++) sum += all[row * width + i]!;
      return sum / mirrors.length;
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
