// The part of PARE that judges: tokens from pooled features and measures, self-attention, recall of prototypes, heads.
// Source: six-systems §5 [C where the paper's symbols are not public]; building only: losses stand in pare-loss.ts,
// prototypes move in prototypes.ts.
import type { Val } from '../../graph/graph.js';
import { normal, type ParamSource } from '../../graph/params.js';
import * as b from '../../ops/build.js';
import { attention, layerNorm, linear } from '../../ops/layers.js';
import { attributeNames, type PareConfig } from './pare-config.js';
import { tokenChannels } from './trunk.js';

export interface HeadInputs {
  /** [batch, pooledWidth] of the trunk. */
  readonly pooled: Val;
  /** [batch, measures], z-scores; undefined while the trunk is trained and without parsing. */
  readonly measures: Val | undefined;
  /** [2·K, width], benign first; not trained by gradients. Unused where recall is 'none'. */
  readonly prototypes: Val | undefined;
}

export interface HeadOutputs {
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

export function pareHead(params: ParamSource, inputs: HeadInputs, config: PareConfig): HeadOutputs {
  const embedding = aggregate(params, inputs, config);
  const direct = withMeasures(
    params,
    'direct',
    linear(params, 'direct', embedding, 1, { gain: 0.1 }),
    inputs,
  );
  const attributes = b.sigmoid(linear(params, 'attributes', embedding, attributeNames.length, { gain: 0.1 }));
  if (config.recall === 'none' || inputs.prototypes === undefined)
    return { embedding, direct, recalled: undefined, recall: undefined, attributes };
  const { mixed, weights } = recallFrom(params, embedding, inputs.prototypes, config);
  const beside = linear(params, 'recalled', b.add(embedding, mixed), 1, { gain: 0.1 });
  const recalled = withMeasures(params, 'recalled', beside, inputs);
  return { embedding, direct, recalled, recall: weights, attributes };
}

/** Size and density carry most of the answer, and a few hundred nodules teach a straight line best. */
function withMeasures(params: ParamSource, name: string, logit: Val, { measures }: HeadInputs): Val {
  if (measures === undefined) return logit;
  return b.add(logit, linear(params, `${name}.measures`, measures, 1, { gain: 0.1 }));
}

/** Tokens: every pooled region, the measures, a learned class token; the last after self-attention is the embedding. */
function aggregate(params: ParamSource, { pooled, measures }: HeadInputs, config: PareConfig): Val {
  const width = config.tokenWidth;
  const batch = pooled.shape[0]!;
  const tokens: Val[] = [];
  let start = 0;
  for (const [i, channels] of tokenChannels(config).entries()) {
    const part = b.slice(pooled, [{ axis: 1, start, end: start + channels }]);
    tokens.push(linear(params, `token.${i}`, part, width));
    start += channels;
  }
  if (measures !== undefined) {
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
