// The 3-D pyramid vision transformer for segmentation: encoder of four kinds of layers, a transformer decoder with
// added skips, features at full resolution. Heads and losses stand outside. Source: six-systems §1.2 (UniMiSS "MiT"),
// with patchified embeddings instead of overlapping strided convolutions (no fast gradient), and a voxel-wise stem.
import type { Dim } from '../graph/dim.js';
import { product } from '../graph/dim.js';
import type { Val } from '../graph/graph.js';
import { normal, type ParamSource } from '../graph/params.js';
import type { LoraScope, LoraType } from '../lora/lora-scope.js';
import * as b from '../ops/build.js';
import { attention, layerNorm, linear, linearWeights } from '../ops/layers.js';
import { coarser, type Extents, patchify, unpatchify, voxels } from './patches.js';
import type { PvtConfig, PvtStage } from './pvt-config.js';

export interface PvtLevel {
  /** [batch·tokens, width] */
  readonly tokens: Val;
  readonly grid: Extents;
}

export interface PvtFeatures {
  /** [batch·voxels, features], voxels in the order of the input. */
  readonly full: Val;
  /** Decoder levels from fine to coarse, the deepest encoder stage last: for deep supervision. */
  readonly levels: readonly PvtLevel[];
}

interface Scope {
  readonly params: ParamSource;
  readonly lora: LoraScope | undefined;
  readonly batch: Dim;
  readonly mlpRatio: number;
}

/** x [batch, d, h, w] normalised intensities -> features. */
export function pvt(x: Val, config: PvtConfig, params: ParamSource, lora?: LoraScope): PvtFeatures {
  const scope: Scope = { params, lora, batch: x.shape[0]!, mlpRatio: config.mlpRatio };
  const rows = b.reshape(x, [product([scope.batch, voxels(config.size)]), 1]);
  const encoded: PvtLevel[] = [];
  let level: PvtLevel = { tokens: rows, grid: config.size };
  config.stages.forEach((stage, i) => {
    level = encoderStage(scope, `encoder.${i}`, level, stage);
    encoded.push(level);
  });
  const levels: PvtLevel[] = [level];
  for (let i = config.stages.length - 2; i >= 0; i--) {
    const finer = config.stages[i]!;
    const { patch } = config.stages[i + 1]!;
    level = decoderStage(scope, `decoder.${i}`, level, encoded[i]!, finer, patch);
    levels.unshift(level);
  }
  const { patch } = config.stages[0]!;
  const wide = adapted(
    scope,
    'decoder.full.patch_embed',
    'patch',
    level.tokens,
    config.features * patch ** 3,
  );
  const fine = unpatchify(wide, scope.batch, level.grid, patch);
  // not GELU: its gradient would take eleven passes over the largest tensor of the network
  return { full: b.leakyRelu(b.add(fine, linear(params, 'stem', rows, config.features))), levels };
}

/** A linear layer that may carry low-rank factors. */
function adapted(scope: Scope, name: string, type: LoraType, x: Val, out: number): Val {
  if (scope.lora === undefined) return linear(scope.params, name, x, out);
  const width = x.extent(-1);
  return scope.lora.apply({ name, type, in: width, out }, x, linearWeights(scope.params, name, width, out));
}

function encoderStage(scope: Scope, name: string, from: PvtLevel, stage: PvtStage): PvtLevel {
  const grid = coarser(from.grid, stage.patch);
  const patches = patchify(from.tokens, scope.batch, from.grid, stage.patch);
  const embedded = adapted(scope, `${name}.patch_embed`, 'patch', patches, stage.width);
  const normed = layerNorm(scope.params, `${name}.patch_norm`, embedded);
  let tokens = withPosition(scope, `${name}.position`, normed, grid);
  for (let i = 0; i < stage.encoderBlocks; i++)
    tokens = block(scope, `${name}.blocks.${i}`, tokens, grid, stage);
  return { tokens: layerNorm(scope.params, `${name}.norm`, tokens), grid };
}

/** Up by the coarser stage's patch, the encoder's tokens added, blocks at the finer resolution. */
function decoderStage(
  scope: Scope,
  name: string,
  from: PvtLevel,
  skip: PvtLevel,
  stage: PvtStage,
  patch: number,
): PvtLevel {
  const wide = adapted(scope, `${name}.patch_embed`, 'patch', from.tokens, stage.width * patch ** 3);
  const grown = unpatchify(wide, scope.batch, from.grid, patch);
  let tokens = withPosition(scope, `${name}.position`, b.add(grown, skip.tokens), skip.grid);
  for (let i = 0; i < stage.decoderBlocks; i++)
    tokens = block(scope, `${name}.blocks.${i}`, tokens, skip.grid, stage);
  return { tokens: layerNorm(scope.params, `${name}.norm`, tokens), grid: skip.grid };
}

function withPosition(scope: Scope, name: string, tokens: Val, grid: Extents): Val {
  const width = tokens.extent(-1);
  const position = scope.params.get(name, [voxels(grid), width], normal(0.02));
  const each = b.reshape(tokens, [scope.batch, voxels(grid), width]);
  return b.reshape(b.add(each, position), tokens.shape);
}

/** Pre-norm spatial-reduction attention and a pre-norm feed-forward, both residual. */
function block(scope: Scope, name: string, x: Val, grid: Extents, stage: PvtStage): Val {
  const { params, batch } = scope;
  const width = stage.width;
  const normed = layerNorm(params, `${name}.norm1`, x);
  const q = adapted(scope, `${name}.attn.q`, 'qv', normed, width);
  const reduced = stage.reduction === 1 ? normed : reduce(scope, `${name}.attn`, normed, grid, stage);
  const k = linear(params, `${name}.attn.k`, reduced, width);
  const v = adapted(scope, `${name}.attn.v`, 'qv', reduced, width);
  const queries = voxels(grid);
  const keys = queries / stage.reduction ** 3;
  const mixed = attention(q, k, v, { batch, queries, keys, heads: stage.heads });
  const attended = b.add(x, linear(params, `${name}.attn.proj`, mixed, width));
  const hidden = adapted(
    scope,
    `${name}.mlp.fc1`,
    'ffn',
    layerNorm(params, `${name}.norm2`, attended),
    width * scope.mlpRatio,
  );
  return b.add(attended, adapted(scope, `${name}.mlp.fc2`, 'ffn', b.gelu(hidden), width));
}

function reduce(scope: Scope, name: string, x: Val, grid: Extents, stage: PvtStage): Val {
  coarser(grid, stage.reduction);
  const patches = patchify(x, scope.batch, grid, stage.reduction);
  return layerNorm(scope.params, `${name}.sr_norm`, linear(scope.params, `${name}.sr`, patches, stage.width));
}
