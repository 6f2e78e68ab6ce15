// Where a network's weights come from while its graph is built: one flat trainable vector, or frozen constants.
// Holds names, shapes and initial distributions; not an optimiser.
import { AppError, Random } from '@tomograph/kernel';
import { concat, reshape } from '../ops/build.js';
import { refuse } from './dim.js';
import type { Graph, Val } from './graph.js';

export type Init =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  | { readonly kind: 'normal'; readonly sd: number }
  /** Normal with variance gain / fanIn. */
  | { readonly kind: 'scaled'; readonly fanIn: number; readonly gain?: number };
export const zeros: Init = { kind: 'zeros' };
export const ones: Init = { kind: 'ones' };
export const normal = (sd: number): Init => ({ kind: 'normal', sd });
export const scaled = (fanIn: number, gain = 1): Init => ({ kind: 'scaled', fanIn, gain });

/** What every layer asks for its weights: `params.get('encoder.0.norm.weight', [64], ones)`. */
export interface ParamSource {
  get(name: string, shape: readonly number[], init: Init): Val;
}

export interface ParamEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: Init;
  /** Position of its first value in the flat vector. */
  readonly offset: number;
  readonly size: number;
}
export type Weights = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

const sizeOf = (shape: readonly number[]): number => shape.reduce((n, extent) => n * extent, 1);

/** Trainable weights: one input vector that is split once; its gradient is one Concat. Call `seal` after the last get. */
export class FlatParams implements ParamSource {
  readonly entries: ParamEntry[] = [];
  private readonly parts: Val[] = [];
  private readonly byName = new Map<string, Val>();
  private sealed: Val | undefined;
  private size = 0;

  constructor(
    private readonly graph: Graph,
    private readonly inputName = 'params',
  ) {}

  get total(): number {
    return this.size;
  }

  get(name: string, shape: readonly number[], init: Init): Val {
    if (this.sealed !== undefined) refuse(`parameter ${name} is asked for after the vector was sealed`);
    if (this.byName.has(name)) refuse(`parameter ${name} is declared twice`);
    const size = sizeOf(shape);
    const part = this.graph.input(`${this.inputName}.${name}`, 'f32', [size]);
    const val = reshape(part, shape);
    this.entries.push({ name, shape, init, offset: this.size, size });
    this.parts.push(part);
    this.byName.set(name, val);
    this.size += size;
    return val;
  }

  /** The whole vector as the one input it is fed by, [total]. */
  seal(): Val {
    this.sealed ??= this.graph.packInputs(this.inputName, this.parts);
    return this.sealed;
  }

  /** Gradient of the whole vector from `grad(loss, params.sources)`. */
  get sources(): readonly Val[] {
    return this.parts;
  }

  flatten(gradients: readonly Val[]): Val {
    return concat(gradients, 0);
  }

  /** Initial values; each parameter draws from a stream of its own name, so order and neighbours do not matter. */
  initial(seed: number): Float32Array {
    return initialVector(this.entries, seed);
  }
}

export function initialVector(entries: readonly ParamEntry[], seed: number): Float32Array {
  const last = entries.at(-1);
  const flat = new Float32Array(last === undefined ? 0 : last.offset + last.size);
  for (const { name, init, offset, size } of entries) {
    if (init.kind === 'zeros') continue;
    if (init.kind === 'ones') flat.fill(1, offset, offset + size);
    else {
      const random = new Random(seed, name);
      const sd = init.kind === 'normal' ? init.sd : Math.sqrt((init.gain ?? 1) / init.fanIn);
      for (let i = 0; i < size; i++) flat[offset + i] = random.normal(0, sd);
    }
  }
  return flat;
}

/** The flat vector by name (views, not copies). */
export function unflatten(entries: readonly ParamEntry[], flat: Float32Array): Weights {
  return new Map(
    entries.map(({ name, shape, offset, size }) => [
      name,
      { shape, data: flat.subarray(offset, offset + size) },
    ]),
  );
}

/** A flat vector from weights by name. @throws AppError INVALID_ARGUMENT for a missing name or another shape */
export function flatten(entries: readonly ParamEntry[], weights: Weights): Float32Array {
  const last = entries.at(-1);
  const flat = new Float32Array(last === undefined ? 0 : last.offset + last.size);
  for (const { name, shape, offset } of entries) flat.set(weightOf(weights, name, shape), offset);
  return flat;
}

/** Frozen weights: constants of the graph, which the runtime may fold and lay out as it likes. */
export class FrozenParams implements ParamSource {
  private readonly used = new Map<string, Val>();

  constructor(
    private readonly graph: Graph,
    private readonly weights: Weights,
    /** Set where two networks stand in one graph (a teacher beside its student). */
    private readonly prefix = '',
  ) {}

  get(name: string, shape: readonly number[]): Val {
    const known = this.used.get(name);
    if (known !== undefined) return known;
    const val = this.graph.constant(weightOf(this.weights, name, shape), shape, this.prefix + name);
    this.used.set(name, val);
    return val;
  }
}

function weightOf(weights: Weights, name: string, shape: readonly number[]): Float32Array {
  const found = weights.get(name);
  if (found === undefined || found.shape.join() !== shape.join()) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `weight ${name}: the network needs [${shape}], the file has ${found === undefined ? 'none' : `[${found.shape}]`}`,
      facts: { weight: name, wanted: shape },
    });
  }
  return found.data;
}
