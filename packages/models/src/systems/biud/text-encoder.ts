// The text encoder as a graph: word-piece ids -> sentence vector and the sentence's weight in a report. Building only.

import { product } from '../../graph/dim.js';
import type { Graph, Val } from '../../graph/graph.js';
import { normal, type ParamSource } from '../../graph/params.js';
import * as b from '../../ops/build.js';
import { attention, layerNorm, linear, normalize } from '../../ops/layers.js';
import type { BiudConfig } from './biud-config.js';
import { withoutView } from './joined-vector.js';

export interface TextVectors {
  /** [rows, width], length 1. */
  readonly sentence: Val;
  /** [rows, 1], positive. */
  readonly weight: Val;
}

const shut = -1e9;

/** @param ids i32 or i64 [rows, tokens], 0 is padding; fewer tokens than the configuration's are allowed */
export function textEncoder(params: ParamSource, ids: Val, config: BiudConfig, words: number): TextVectors {
  const { width, heads, blocks } = config.text;
  const rows = ids.shape[0]!;
  const tokens = ids.extent(1);
  const all = product([rows, tokens]);
  const table = params.get('words.weight', [words, width], normal(0.1));
  const places = params.get('position', [config.text.tokens, width], normal(0.02));
  const position = b.slice(places, [{ axis: 0, start: 0, end: tokens }]);
  const isWord = b.reshape(b.cast(b.greater(b.cast(ids, 'f32'), 0.5), 'f32'), [rows, tokens, 1]);
  const closed = b.reshape(b.mul(b.sub(1, isWord), shut), [rows, 1, 1, tokens]);
  // padding embeds to zero, so that it does not leak through the neighbours' mixing
  const embedded = b.mul(b.add(b.gather(table, ids), position), isWord);
  const mixed = b.gelu(
    linear(params, 'mix', b.reshape(neighbours(embedded, tokens), [all, 3 * width]), width),
  );
  let x = b.add(b.reshape(embedded, [all, width]), mixed);
  for (let i = 0; i < blocks; i++) {
    const name = `blocks.${i}`;
    const normed = layerNorm(params, `${name}.norm1`, x);
    const part = (which: string): Val => linear(params, `${name}.attn.${which}`, normed, width);
    const attended = attention(
      part('q'),
      part('k'),
      part('v'),
      { batch: rows, queries: tokens, keys: tokens, heads },
      closed,
    );
    x = b.add(x, linear(params, `${name}.attn.proj`, attended, width));
    const hidden = b.gelu(
      linear(params, `${name}.mlp.fc1`, layerNorm(params, `${name}.norm2`, x), 2 * width),
    );
    x = b.add(x, linear(params, `${name}.mlp.fc2`, hidden, width));
  }
  x = layerNorm(params, 'norm', x);
  const scores = b.reshape(linear(params, 'pool', x, 1), [rows, 1, tokens]);
  const shares = b.softmax(b.add(scores, b.reshape(closed, [rows, 1, tokens])));
  const pooled = b.reshape(b.matmul(shares, b.reshape(x, [rows, tokens, width])), [rows, width]);
  return {
    sentence: normalize(linear(params, 'out', pooled, config.width)),
    weight: b.add(b.softplus(linear(params, 'weight', pooled, 1)), 0.01),
  };
}

/** [rows, tokens, w] -> [rows, tokens, 3w]: the word before, the word, the word after. */
function neighbours(x: Val, tokens: number): Val {
  const before = b.pad(b.slice(x, [{ axis: 1, start: 0, end: tokens - 1 }]), [0, 1, 0], [0, 0, 0]);
  const after = b.pad(b.slice(x, [{ axis: 1, start: 1 }]), [0, 0, 0], [0, 1, 0]);
  return b.concat([before, x, after], 2);
}

/** Report vectors [reports, width] of sentences [reports · each, width], weights [reports · each, 1]. */
export function reportVectors({ sentence, weight }: TextVectors, reports: number, each: number): Val {
  const width = sentence.extent(1);
  const weighted = b.reshape(b.mul(sentence, weight), [reports, each, width]);
  return normalize(b.reduceSum(weighted, [1]));
}

/** Inputs of the serving network; the names are those of Hugging Face's models. */
export function servingText(graph: Graph, params: ParamSource, config: BiudConfig, words: number): void {
  const ids = graph.input('input_ids', 'i64', ['batch', config.text.tokens]);
  const { sentence, weight } = textEncoder(params, ids, config, words);
  graph.output('sentence_embedding', withoutView(sentence, config));
  graph.output('report_weight', weight);
}
