// Layers: a few operators with their weights. Images are channels-first [n, c, (d,) h, w]; tokens are rows [n·t, c].

import { type Dim, fixed, product, refuse } from '../graph/dim.js';
import type { Val } from '../graph/graph.js';
import { normal, ones, type ParamSource, scaled, zeros } from '../graph/params.js';
import * as b from './build.js';

/** weight [in, out], so that no transpose stands in the graph; bias [out]. */
export interface LinearWeights {
  readonly weight: Val;
  readonly bias: Val;
}

export function linearWeights(
  params: ParamSource,
  name: string,
  width: number,
  out: number,
  options: { gain?: number } = {},
): LinearWeights {
  const weight = params.get(`${name}.weight`, [width, out], scaled(width, options.gain ?? 1));
  return { weight, bias: params.get(`${name}.bias`, [out], zeros) };
}

/** x [m, in] -> [m, out]. */
export function linear(
  params: ParamSource,
  name: string,
  x: Val,
  out: number,
  options: { gain?: number } = {},
): Val {
  const { weight, bias } = linearWeights(params, name, x.extent(-1), out, options);
  return b.gemm(x, weight, bias);
}

/** Over the last axis of x. */
export function layerNorm(params: ParamSource, name: string, x: Val): Val {
  const width = x.extent(-1);
  return b.layerNormalization(
    x,
    params.get(`${name}.weight`, [width], ones),
    params.get(`${name}.bias`, [width], zeros),
  );
}

/**
 * x [n, c, ...spatial]; mean and variance over `c / groups` channels and all positions. groups = c is instance
 * normalisation, groups = 1 is layer normalisation over the image. Statistics are the sample's own: nothing is kept.
 */
export function groupNorm(params: ParamSource, name: string, x: Val, groups: number, epsilon = 1e-5): Val {
  const [batch, c] = [x.shape[0]!, x.extent(1)];
  const rest = fixed(product(x.shape.slice(1)), 'an image') / groups;
  const rows = b.reshape(x, [batch, groups, rest]);
  const centred = b.sub(rows, b.reduceMean(rows, [2], true));
  const deviation = b.sqrt(b.add(b.reduceMean(b.square(centred), [2], true), epsilon));
  const normalised = b.reshape(b.div(centred, deviation), x.shape);
  const perChannel = [c, ...x.shape.slice(2).map(() => 1)];
  const scale = b.reshape(params.get(`${name}.weight`, [c], ones), perChannel);
  return b.add(b.mul(normalised, scale), b.reshape(params.get(`${name}.bias`, [c], zeros), perChannel));
}

export const instanceNorm = (params: ParamSource, name: string, x: Val): Val =>
  groupNorm(params, name, x, x.extent(1));

export interface ConvOptions {
  /** Per axis, or one for all. */
  readonly kernel: number | readonly number[];
  readonly stride?: number | readonly number[];
  /** Default: kernel >> 1, which keeps the extent at stride 1 for odd kernels. */
  readonly padding?: number | readonly number[];
}

/** x [n, c, ...spatial] -> [n, out, ...]: 2-D or 3-D by the rank of x; He initialisation. */
export function convolution(
  params: ParamSource,
  name: string,
  x: Val,
  out: number,
  options: ConvOptions,
): Val {
  const axes = x.rank - 2;
  const each = (value: number | readonly number[]): readonly number[] =>
    typeof value === 'number' ? Array<number>(axes).fill(value) : value;
  const kernel = each(options.kernel);
  const padding = options.padding === undefined ? kernel.map((k) => k >> 1) : each(options.padding);
  const fanIn = kernel.reduce((n, k) => n * k, x.extent(1));
  const weight = params.get(`${name}.weight`, [out, x.extent(1), ...kernel], scaled(fanIn, 2));
  const bias = params.get(`${name}.bias`, [out], zeros);
  return b.conv(x, weight, bias, { strides: each(options.stride ?? 1), pads: [...padding, ...padding] });
}

/** Windows of k per spatial axis without overlap: [n, c, d, h, w] -> [n, c, d/k, k, h/k, k, w/k, k] and the k axes. */
function windows(x: Val, k: number): { split: Val; axes: number[] } {
  const spatial = x.shape.slice(2).map((dim) => fixed(dim, 'a pooled extent'));
  if (spatial.some((extent) => extent % k !== 0)) refuse(`pooling of [${spatial}] by ${k} leaves a rest`);
  const split = b.reshape(x, [...x.shape.slice(0, 2), ...spatial.flatMap((extent) => [extent / k, k])]);
  return { split, axes: spatial.map((_, i) => 3 + 2 * i) };
}

/** Kernel = stride = k. */
export function maxPool(x: Val, k: number): Val {
  const { split, axes } = windows(x, k);
  return b.reduceMax(split, axes);
}

/** Kernel = stride = k. */
export function averagePool(x: Val, k: number): Val {
  const { split, axes } = windows(x, k);
  return b.reduceMean(split, axes);
}

/** [n, c, ...spatial] -> [n, c]. */
export const globalAveragePool = (x: Val): Val =>
  b.reduceMean(
    x,
    x.shape.slice(2).map((_, i) => i + 2),
  );

/** Linear up-sampling of every spatial axis by `factor` (half-voxel centres, borders repeated): one MatMul per axis. */
export function upsample(x: Val, factor: number): Val {
  let out = x;
  for (let axis = 2; axis < x.rank; axis++) {
    const matrix = interpolation(out, out.extent(axis), factor); // [n·factor, n] or its transpose
    if (axis === x.rank - 1) {
      out = b.matmul(out, b.transpose(matrix, [1, 0]));
      continue;
    }
    // [lead, n, trail]: the matrix from the left, broadcast over the leading axes
    const trail = fixed(product(out.shape.slice(axis + 1)), 'trailing extents');
    const lead = product(out.shape.slice(0, axis));
    const grown = b.matmul(matrix, b.reshape(out, [lead, out.extent(axis), trail]));
    const shape: Dim[] = [
      ...out.shape.slice(0, axis),
      out.extent(axis) * factor,
      ...out.shape.slice(axis + 1),
    ];
    out = b.reshape(grown, shape);
  }
  return out;
}

function interpolation(x: Val, n: number, factor: number): Val {
  const matrix = new Float32Array(n * factor * n);
  for (let i = 0; i < n * factor; i++) {
    const at = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), n - 1);
    const low = Math.min(Math.floor(at), Math.max(n - 2, 0));
    matrix[i * n + low]! += 1 - (at - low);
    if (low + 1 < n) matrix[i * n + low + 1]! += at - low;
  }
  return x.graph.constant(matrix, [n * factor, n]);
}

/** indices (i32 or i64) [...] -> [..., width]: rows of a table, by OneHot and a product, as its gradient needs anyway. */
export function embedding(
  params: ParamSource,
  name: string,
  indices: Val,
  count: number,
  width: number,
): Val {
  const table = params.get(`${name}.weight`, [count, width], normal(0.02));
  const rows = b.gemm(b.reshape(b.oneHot(indices, count), [product(indices.shape), count]), table);
  return b.reshape(rows, [...indices.shape, width]);
}

export interface AttentionShape {
  readonly batch: Dim;
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
}

/**
 * Scaled dot-product attention. q [batch·queries, c], k and v [batch·keys, c] -> [batch·queries, c].
 * @param mask added to the scores, broadcast to [batch, heads, queries, keys]; −1e9 shuts a key out
 */
export function attention(q: Val, k: Val, v: Val, shape: AttentionShape, mask?: Val): Val {
  const { batch, queries, keys, heads } = shape;
  const width = q.extent(-1) / heads;
  if (!Number.isInteger(width))
    refuse(`attention: ${q.extent(-1)} channels do not divide into ${heads} heads`);
  const split = (x: Val, tokens: number, perm: readonly number[]): Val =>
    b.transpose(b.reshape(x, [batch, tokens, heads, width]), perm);
  const scaledQ = b.mul(q, 1 / Math.sqrt(width));
  const scores = b.matmul(split(scaledQ, queries, [0, 2, 1, 3]), split(k, keys, [0, 2, 3, 1]));
  const weights = b.softmax(mask === undefined ? scores : b.add(scores, mask));
  const mixed = b.matmul(weights, split(v, keys, [0, 2, 1, 3])); // [batch, heads, queries, width]
  return b.reshape(b.transpose(mixed, [0, 2, 1, 3]), q.shape);
}

/** x / sqrt(Σ x² + ε) over the last axis. */
export function normalize(x: Val, epsilon = 1e-12): Val {
  return b.div(x, b.sqrt(b.add(b.reduceSum(b.square(x), [-1], true), epsilon)));
}
