// The X-ray expert's image side as a graph: a frontal film -> its vector in the common space. Building only.

import { product } from '../../graph/dim.js';
import type { Val } from '../../graph/graph.js';
import type { ParamSource } from '../../graph/params.js';
import * as b from '../../ops/build.js';
import { convolution, linear, maxPool, normalize } from '../../ops/layers.js';
import type { BiudConfig } from './biud-config.js';

const patch = 4;

/** @param film [batch, size, size], row 0 cranial, column 0 the patient's right, dense = bright, 0…1 -> [batch, width] */
export function filmEncoder(params: ParamSource, film: Val, config: BiudConfig): Val {
  const { size, widths } = config.film;
  const batch = film.shape[0]!;
  const grid = size / patch;
  const parts = b.reshape(film, [product([batch, grid]), patch, grid, patch]);
  const patches = b.reshape(b.transpose(parts, [0, 2, 1, 3]), [product([batch, grid * grid]), patch * patch]);
  const tokens = b.gelu(linear(params, 'patch', b.sub(patches, 0.5), widths[0], { gain: 4 }));
  const image = b.transpose(b.reshape(tokens, [batch, grid, grid, widths[0]]), [0, 3, 1, 2]);
  const half = maxPool(b.relu(convolution(params, 'conv1', image, widths[0], { kernel: 3 })), 2);
  const quarter = maxPool(b.relu(convolution(params, 'conv2', half, widths[1], { kernel: 3 })), 2);
  const flat = b.reshape(quarter, [batch, widths[1] * (grid / 4) ** 2]);
  return normalize(linear(params, 'out', flat, config.width));
}
