// Checks what is fed to a network, by name and shape, before the runtime sees it: the runtime accepts unknown names in
// silence and reports shapes without saying whose.
import { AppError } from '@tomograph/kernel';
import type { Shape } from './dim.js';
import type { Dtype } from './graph.js';
import type { Tensors } from './tensor-data.js';

/** A declared input or output. A string extent is a symbol: free, but equal wherever it appears. */
export interface TensorSpec {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: Shape;
}

/**
 * @throws AppError FEED_UNKNOWN for a name the network does not have, FEED_MISSING for one that is not fed,
 * FEED_SHAPE for a wrong rank, extent, element type or number of values
 */
export function checkFeeds(specs: readonly TensorSpec[], feeds: Tensors): void {
  const known = specs.map((spec) => spec.name);
  for (const name of Object.keys(feeds)) {
    if (!known.includes(name)) {
      throw new AppError('FEED_UNKNOWN', {
        message: `the network has no input "${name}"; its inputs are ${known.join(', ')}`,
        facts: { input: name, known },
      });
    }
  }
  const symbols = new Map<string, number>();
  for (const spec of specs) checkFeed(spec, feeds, symbols);
}

function checkFeed(spec: TensorSpec, feeds: Tensors, symbols: Map<string, number>): void {
  const feed = feeds[spec.name];
  if (feed === undefined) {
    throw new AppError('FEED_MISSING', {
      message: `the input "${spec.name}" ${spec.dtype}[${spec.shape}] is not fed`,
      facts: { input: spec.name },
    });
  }
  const wrong = (why: string): never => {
    throw new AppError('FEED_SHAPE', {
      message: `input "${spec.name}": expected ${spec.dtype}[${spec.shape}], got ${feed.dtype}[${feed.shape}]: ${why}`,
      facts: { input: spec.name, expected: spec.shape, got: feed.shape },
    });
  };
  if (feed.dtype !== spec.dtype) wrong('the element types differ');
  if (feed.shape.length !== spec.shape.length) wrong('the numbers of axes differ');
  spec.shape.forEach((dim, axis) => {
    const extent = feed.shape[axis]!;
    if (!Number.isSafeInteger(extent) || extent < 0) wrong(`axis ${axis} is not an extent`);
    if (typeof dim === 'number') {
      if (dim !== extent) wrong(`axis ${axis} differs`);
    } else if ((symbols.get(dim) ?? extent) !== extent) wrong(`${dim} is ${symbols.get(dim)} elsewhere`);
    else symbols.set(dim, extent);
  });
  const count = feed.shape.reduce((n, extent) => n * extent, 1);
  if (count !== feed.data.length) wrong(`the shape needs ${count} values, the data has ${feed.data.length}`);
}

/** @throws AppError NOT_FINITE naming the first tensor that holds a NaN or an infinity */
export function checkFinite(tensors: Tensors): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor.dtype !== 'f32') continue;
    const at = firstNonFinite(tensor.data);
    if (at >= 0) {
      throw new AppError('NOT_FINITE', {
        message: `tensor "${name}" holds ${tensor.data[at]} at position ${at} of ${tensor.data.length}`,
        facts: { tensor: name, position: at },
      });
    }
  }
}

/** Index of the first NaN or infinity, or -1. x − x is 0 for finite numbers only, so a clean tensor costs one sum. */
export function firstNonFinite(data: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! - data[i]!;
  return sum === 0 ? -1 : data.findIndex((value) => !Number.isFinite(value));
}
