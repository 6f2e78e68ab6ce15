// The CT encoder as a graph: tissues of cells -> a study vector, one vector per region, and a head into the film expert's
// space. Patches and attention blocks, as in the house's pyramid transformer. Building only.

import { coarser, type Extents, patchify, voxels } from '../../arch/patches.js';
import { type Dim, product } from '../../graph/dim.js';
import type { Val } from '../../graph/graph.js';
import { normal, type ParamSource } from '../../graph/params.js';
import * as b from '../../ops/build.js';
import { attention, layerNorm, linear, normalize } from '../../ops/layers.js';
import type { BiudConfig } from './biud-config.js';
import { tissueCount } from './ct-input.js';

export interface CtVectors {
  /** [batch, width], length 1. */
  readonly study: Val;
  /** [batch, cells, width], length 1; cells in z, y, x order: feet to head, front to back, right to left. */
  readonly regions: Val;
  /** [batch, width], length 1: where the expert would put this patient's film. Only where it is distilled. */
  readonly film?: Val;
}

/** @param ct [batch, z, y, x, tissue], see `ct-input.ts` */
export function ctEncoder(params: ParamSource, ct: Val, config: BiudConfig, hasFilm: boolean): CtVectors {
  const { size, widths } = config.ct;
  const batch = ct.shape[0]!;
  const fine: Extents = [size, size, size];
  const rows = b.reshape(ct, [product([batch, voxels(fine)]), tissueCount]);
  // not GELU: its gradient takes eleven passes, and this is the largest tensor of the network
  const first = b.leakyRelu(linear(params, 'tissue', b.mul(rows, 2), widths[0], { gain: 2 }));
  const grid = coarser(fine, 2);
  const second = linear(params, 'patch', patchify(first, batch, fine, 2), widths[1]);
  const tokens = blocks(params, withPosition(params, second, batch, grid), batch, grid, config);
  return heads(params, tokens, batch, grid, config, hasFilm);
}

function withPosition(params: ParamSource, tokens: Val, batch: Dim, grid: Extents): Val {
  const width = tokens.extent(-1);
  const position = params.get('position', [voxels(grid), width], normal(0.02));
  return b.reshape(b.add(b.reshape(tokens, [batch, voxels(grid), width]), position), tokens.shape);
}

function blocks(params: ParamSource, tokens: Val, batch: Dim, grid: Extents, config: BiudConfig): Val {
  const width = tokens.extent(-1);
  const n = voxels(grid);
  const edge = grid[0] / config.ct.regions;
  let x = tokens;
  for (let i = 0; i < config.ct.blocks; i++) {
    const name = `blocks.${i}`;
    const normed = layerNorm(params, `${name}.norm1`, x);
    // keys and values on the region cells alone: the pyramid transformer's spatial reduction
    const reduced = layerNorm(
      params,
      `${name}.attn.sr_norm`,
      linear(params, `${name}.attn.sr`, patchify(normed, batch, grid, edge), width),
    );
    const q = linear(params, `${name}.attn.q`, normed, width);
    const k = linear(params, `${name}.attn.k`, reduced, width);
    const v = linear(params, `${name}.attn.v`, reduced, width);
    const mixed = attention(q, k, v, {
      batch,
      queries: n,
      keys: config.ct.regions ** 3,
      heads: config.ct.heads,
    });
    x = b.add(x, linear(params, `${name}.attn.proj`, mixed, width));
    const hidden = b.leakyRelu(
      linear(params, `${name}.mlp.fc1`, layerNorm(params, `${name}.norm2`, x), 2 * width),
    );
    x = b.add(x, linear(params, `${name}.mlp.fc2`, hidden, width));
  }
  return layerNorm(params, 'norm', x);
}

/** Cells hold mean and maximum of their tokens: what fills a cell, and the one small thing in it. */
function heads(
  params: ParamSource,
  tokens: Val,
  batch: Dim,
  grid: Extents,
  config: BiudConfig,
  hasFilm: boolean,
): CtVectors {
  const { regions } = config.ct;
  const width = tokens.extent(-1);
  const edge = grid[0] / regions;
  const cells = regions ** 3;
  const gathered = b.reshape(patchify(tokens, batch, grid, edge), [
    product([batch, cells]),
    edge ** 3,
    width,
  ]);
  const pooled = b.concat([b.reduceMean(gathered, [1]), b.reduceMax(gathered, [1])], 1);
  const region = linear(params, 'region', pooled, config.width);
  const each = b.reshape(pooled, [batch, cells, 2 * width]);
  const whole = b.concat([b.reduceMean(each, [1]), b.reduceMax(each, [1])], 1);
  const trunk = b.gelu(linear(params, 'trunk', whole, 2 * config.width));
  return {
    study: normalize(linear(params, 'study', trunk, config.width)),
    regions: b.reshape(normalize(region), [batch, cells, config.width]),
    ...(hasFilm ? { film: normalize(linear(params, 'film', trunk, config.width)) } : {}),
  };
}
