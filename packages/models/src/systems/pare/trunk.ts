// The part of PARE that sees voxels: an encoder and decoder, the parsing, and features pooled over the whole slab and
// over every parsed class. Source: six-systems §5.2 [C where the paper's symbols are not public]. No judgement here.
import type { Val } from '../../graph/graph.js';
import type { ParamSource } from '../../graph/params.js';
import * as b from '../../ops/build.js';
import { convolution, groupNorm, upsample } from '../../ops/layers.js';
import type { PareConfig } from './pare-config.js';

export interface TrunkOutputs {
  /** Logits [batch, classes, z, y, x]; undefined without parsing. */
  readonly parsing: Val | undefined;
  /** [batch, pooledWidth]: by level (full, half, quarter), in each the whole slab and then every parsed class. */
  readonly pooled: Val;
}

/** Channels of each pooled token in the order of `pooled`. */
export function tokenChannels({ widths, parsing, parsed }: PareConfig): number[] {
  const perLevel = 1 + (parsing ? parsed.length : 0);
  return widths.flatMap((channels) => new Array<number>(perLevel).fill(channels));
}

export const pooledWidth = (config: PareConfig): number => tokenChannels(config).reduce((a, n) => a + n, 0);

/** @param image [batch, 2, z, y, x], see `windows` */
export function trunk(params: ParamSource, image: Val, config: PareConfig): TrunkOutputs {
  const levels = encoderDecoder(params, image, config);
  const parsing = config.parsing
    ? convolution(params, 'parsing', levels[0], config.parsed.length, { kernel: 1 })
    : undefined;
  const batch = image.shape[0]!;
  const pooled: Val[] = [];
  for (const [level, features] of levels.entries()) {
    const channels = features.extent(1);
    const voxels = features.extent(2) * features.extent(3) * features.extent(4);
    const flat = b.reshape(features, [batch, channels, voxels]);
    pooled.push(b.reduceMean(flat, [2]));
    if (parsing === undefined) continue;
    const weights = regionWeights(parsing, config, level);
    const byClass = b.matmul(flat, b.transpose(weights, [0, 2, 1])); // [batch, channels, classes]
    for (let c = 0; c < config.parsed.length; c++)
      pooled.push(b.reshape(b.slice(byClass, [{ axis: 2, start: c, end: c + 1 }]), [batch, channels]));
  }
  return { parsing, pooled: b.concat(pooled, 1) };
}

/** Features at full, half and quarter resolution: decoder, decoder, encoder. */
function encoderDecoder(params: ParamSource, image: Val, config: PareConfig): [Val, Val, Val] {
  const [w0, w1, w2] = config.widths;
  const block = (name: string, x: Val, out: number, kernel: number | number[], stride = 1): Val =>
    b.relu(groupNorm(params, `${name}.norm`, convolution(params, name, x, out, { kernel, stride }), 1));
  const plain = (name: string, x: Val, out: number, kernel: number | number[]): Val =>
    b.relu(convolution(params, name, x, out, { kernel }));
  const flat = [1, 3, 3]; // slices meet in the encoder; a decoder in the plane is a third of the work
  const full = plain('encoder.0', b.concat([image, distanceFromMiddle(image, config)], 1), w0, 3);
  const half = block('encoder.1b', block('encoder.1a', full, w1, 3, 2), w1, 3);
  const quarter = block('encoder.2b', block('encoder.2a', half, w2, 3, 2), w2, flat);
  // channels are brought down before they are brought up in space: the full-resolution layer is most of the work
  const narrow = (name: string, x: Val, out: number): Val =>
    upsample(convolution(params, name, x, out, { kernel: 1 }), 2);
  const up1 = block('decoder.1', b.concat([narrow('decoder.1.up', quarter, w1), half], 1), w1, flat);
  const up0 = plain('decoder.0', b.concat([narrow('decoder.0.up', up1, w0), full], 1), w0, flat);
  return [up0, up1, quarter];
}

/**
 * The nodule is what lies at the middle, and convolutions cannot know where that is. Distance in the plane alone, 0 at
 * the middle and 1 at the edge: slabs stacked along z (whole-mask.ts) lie beside the middle. [batch, 1, z, y, x]
 */
function distanceFromMiddle(image: Val, { patch }: PareConfig): Val {
  const [pz, py, px] = patch;
  const values = Float32Array.from({ length: pz * py * px }, (_, n) =>
    Math.hypot((2 * (n % px) - (px - 1)) / px, (2 * (Math.floor(n / px) % py) - (py - 1)) / py),
  );
  const shaped = image.graph.constant(values, [1, 1, pz, py, px], 'distance-from-middle');
  const first = b.slice(image, [{ axis: 1, start: 0, end: 1 }]);
  return b.add(b.mul(first, 0), shaped); // broadcast over the batch
}

/** Share of every voxel in the mean of its class at a level: [batch, classes, voxels], rows sum to 1 or 0. */
function regionWeights(parsing: Val, config: PareConfig, level: number): Val {
  const batch = parsing.shape[0]!;
  const [z, y, x] = config.patch;
  const classes = config.parsed.length;
  // hard masks: the comparison stops the gradient, so the classifier cannot bend the parsing to its needs
  const best = b.reduceMax(parsing, [1], true);
  const hard = b.cast(b.not(b.less(parsing, best)), 'f32');
  const k = 2 ** level;
  const split = b.reshape(hard, [batch, classes, z / k, k, y / k, k, x / k, k]);
  const coarse = level === 0 ? hard : b.reduceMean(split, [3, 5, 7]);
  const flat = b.reshape(coarse, [batch, classes, (z * y * x) / k ** 3]);
  return b.div(flat, b.add(b.reduceSum(flat, [2], true), 1));
}
