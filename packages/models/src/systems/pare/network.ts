// PARE as a function from image to parsing, embedding and two malignancy logits. Source: six-systems §5 [C where the
// paper's symbols are not public]; building only: losses stand in pare-loss.ts, prototypes move in prototypes.ts.
import type { Val } from '../../graph/graph.js';
import { normal, type ParamSource } from '../../graph/params.js';
import * as b from '../../ops/build.js';
import { attention, convolution, groupNorm, layerNorm, linear, upsample } from '../../ops/layers.js';
import { attributeNames, type PareConfig } from './pare-config.js';

export interface PareInputs {
  /** [batch, 2, z, y, x], see `windows`. */
  readonly image: Val;
  /** [batch, measures], z-scores; zeros before a mask is known. */
  readonly measures: Val;
  /** [2·K, width], benign first; not trained by gradients. Unused where recall is 'none'. */
  readonly prototypes: Val;
}

export interface PareOutputs {
  /** [batch, classes, z, y, x]; undefined without parsing. */
  readonly parsing: Val | undefined;
  /** Nodule embedding q [batch, width]. */
  readonly embedding: Val;
  /** Logits of c1(q) and, with recall, c2(q + recalled) [batch, 1]. */
  readonly direct: Val;
  readonly recalled: Val | undefined;
  /** How much each prototype was recalled [batch, 2·K], rows sum to 1. */
  readonly recall: Val | undefined;
  /** Ratings scaled to 0…1 [batch, attributes]. */
  readonly attributes: Val;
}

export function pareNetwork(params: ParamSource, inputs: PareInputs, config: PareConfig): PareOutputs {
  const levels = encoderDecoder(params, inputs.image, config);
  const parsing = config.parsing
    ? convolution(params, 'parsing', levels[0], config.parsed.length, { kernel: 1 })
    : undefined;
  const embedding = aggregate(params, levels, parsing, inputs.measures, config);
  const direct = linear(params, 'direct', embedding, 1, { gain: 0.1 });
  const attributes = b.sigmoid(linear(params, 'attributes', embedding, attributeNames.length, { gain: 0.1 }));
  if (config.recall === 'none')
    return { parsing, embedding, direct, recalled: undefined, recall: undefined, attributes };
  const { mixed, weights } = recallFrom(params, embedding, inputs.prototypes, config);
  const recalled = linear(params, 'recalled', b.add(embedding, mixed), 1, { gain: 0.1 });
  return { parsing, embedding, direct, recalled, recall: weights, attributes };
}

/** Features at full, half and quarter resolution: decoder, decoder, encoder. */
function encoderDecoder(params: ParamSource, image: Val, { widths }: PareConfig): [Val, Val, Val] {
  const [w0, w1, w2] = widths;
  const block = (name: string, x: Val, out: number, kernel: number | number[], stride = 1): Val =>
    b.relu(groupNorm(params, `${name}.norm`, convolution(params, name, x, out, { kernel, stride }), 1));
  const plain = (name: string, x: Val, out: number): Val =>
    b.relu(convolution(params, name, x, out, { kernel: 3 }));
  const full = plain('encoder.0', image, w0);
  const half = block('encoder.1b', block('encoder.1a', full, w1, 3, 2), w1, 3);
  const quarter = block('encoder.2b', block('encoder.2a', half, w2, 3, 2), w2, [1, 3, 3]);
  // channels are brought down before they are brought up in space: the full-resolution layer is most of the work
  const narrow = (name: string, x: Val, out: number): Val =>
    upsample(convolution(params, name, x, out, { kernel: 1 }), 2);
  const up1 = block('decoder.1', b.concat([narrow('decoder.1.up', quarter, w1), half], 1), w1, 3);
  const up0 = plain('decoder.0', b.concat([narrow('decoder.0.up', up1, w0), full], 1), w0);
  return [up0, up1, quarter];
}

/** Tokens: per level the whole patch and, with parsing, every parsed class; the measures; a learned class token. */
function aggregate(
  params: ParamSource,
  levels: readonly [Val, Val, Val],
  parsing: Val | undefined,
  measures: Val,
  config: PareConfig,
): Val {
  const width = config.tokenWidth;
  const batch = measures.shape[0]!;
  const tokens: Val[] = [];
  const regions =
    parsing === undefined ? [] : [0, 1, 2].map((level) => regionWeights(parsing, config, level));
  for (const [level, features] of levels.entries()) {
    const [channels, voxels] = [
      features.extent(1),
      features.extent(2) * features.extent(3) * features.extent(4),
    ];
    const flat = b.reshape(features, [batch, channels, voxels]);
    const pooled = [b.reduceMean(flat, [2])];
    const weights = regions[level];
    if (weights !== undefined) {
      const byClass = b.matmul(flat, b.transpose(weights, [0, 2, 1])); // [batch, channels, classes]
      for (let c = 0; c < config.parsed.length; c++)
        pooled.push(b.reshape(b.slice(byClass, [{ axis: 2, start: c, end: c + 1 }]), [batch, channels]));
    }
    for (const [i, x] of pooled.entries()) tokens.push(linear(params, `token.${level}.${i}`, x, width));
  }
  if (parsing !== undefined) {
    const hidden = b.gelu(linear(params, 'measures.in', measures, width));
    tokens.push(linear(params, 'measures.out', hidden, width));
  }
  const learned = params.get('class-token', [1, width], normal(0.02));
  const first = b.add(b.mul(tokens[0]!, 0), learned); // broadcast over the batch
  const count = tokens.length + 1;
  const rows = b.concat(
    [first, ...tokens].map((token) => b.reshape(token, [batch, 1, width])),
    1,
  );
  const mixed = selfAttention(params, b.reshape(rows, [-1, width]), count, batch, config);
  const kept = b.slice(b.reshape(mixed, [batch, count, width]), [{ axis: 1, start: 0, end: 1 }]);
  return layerNorm(params, 'embedding', b.reshape(kept, [batch, width]));
}

/** Probabilities of the parsed classes at a level, without gradient, each summing to 1: [batch, classes, voxels]. */
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

function selfAttention(
  params: ParamSource,
  tokens: Val,
  count: number,
  batch: Val['shape'][number],
  config: PareConfig,
): Val {
  const width = config.tokenWidth;
  const x = layerNorm(params, 'mix.norm1', tokens);
  const [q, k, v] = ['q', 'k', 'v'].map((name) => linear(params, `mix.${name}`, x, width)) as [Val, Val, Val];
  const attended = attention(q, k, v, { batch, queries: count, keys: count, heads: config.heads });
  const y = b.add(tokens, linear(params, 'mix.out', attended, width));
  const hidden = b.gelu(linear(params, 'mix.fc1', layerNorm(params, 'mix.norm2', y), 2 * width));
  return b.add(y, linear(params, 'mix.fc2', hidden, width));
}

/** Cross-attention with one head over all prototypes: one weight per prototype is what the result can show. */
function recallFrom(
  params: ParamSource,
  q: Val,
  prototypes: Val,
  config: PareConfig,
): { mixed: Val; weights: Val } {
  const width = config.tokenWidth;
  const query = linear(params, 'recall.q', q, width);
  const keys = linear(params, 'recall.k', prototypes, width);
  const scores = b.mul(b.gemm(query, keys, undefined, { transB: true }), 1 / Math.sqrt(width));
  const weights = b.softmax(scores);
  return {
    mixed: linear(
      params,
      'recall.out',
      b.matmul(weights, linear(params, 'recall.v', prototypes, width)),
      width,
    ),
    weights,
  };
}
