// A frozen base: configuration, weights and its own head, as one safetensors file whose digest binds the adapters.
import {
  AppError,
  baseFileLimits,
  f32Tensor,
  f32Values,
  readTensorFile,
  type Sha256,
  sha256,
  writeTensorFile,
} from '@tomograph/kernel';
import { Graph } from '../graph/graph.js';
import { FlatParams, type ParamEntry, type Weights } from '../graph/params.js';
import type { Head } from '../lora/adapter.js';
import { type LoraLayer, PackedLora } from '../lora/lora-scope.js';
import { pvt } from './pvt.js';
import { checkPvtConfig, type PvtConfig } from './pvt-config.js';

const format = 'tomograph-pvt/1';

export interface PvtBase {
  readonly config: PvtConfig;
  /** Without the head. */
  readonly weights: Weights;
  readonly head: Head;
  /** Digest of the file. */
  readonly digest: Sha256;
}

/** Parameters and adapted layers of a network, from its configuration alone. */
export function pvtLayout(config: PvtConfig): {
  entries: readonly ParamEntry[];
  layers: readonly LoraLayer[];
} {
  const graph = new Graph();
  const params = new FlatParams(graph);
  const lora = new PackedLora(graph);
  pvt(graph.input('x', 'f32', ['batch', ...config.size]), config, params, lora);
  return { entries: params.entries, layers: lora.layout };
}

/** The file and its digest. Equal content gives equal bytes. */
export function encodePvtBase(base: Omit<PvtBase, 'digest'>): { bytes: Uint8Array; base: PvtBase } {
  const { config, weights, head } = base;
  const tensors = new Map([...weights].map(([name, { shape, data }]) => [name, f32Tensor(shape, data)]));
  tensors.set('head.weight', f32Tensor([config.features, head.classes.length], head.weight));
  tensors.set('head.bias', f32Tensor([head.classes.length], head.bias));
  const bytes = writeTensorFile(tensors, {
    format,
    config: JSON.stringify(config),
    classes: JSON.stringify(head.classes),
  });
  return { bytes, base: { ...base, digest: sha256(bytes) } };
}

/** @throws AppError TENSOR_FILE_INVALID, MANIFEST_INVALID, NOT_FINITE */
export function decodePvtBase(bytes: Uint8Array): PvtBase {
  const { tensors, metadata } = readTensorFile(bytes, baseFileLimits);
  if (metadata.format !== format) invalid(`format is ${metadata.format}, expected ${format}`);
  const config = checkPvtConfig(parse(metadata.config, 'config'));
  const classes = parse(metadata.classes, 'classes');
  if (!isNames(classes)) return invalid('classes is not a list of names');
  const take = (name: string, shape: readonly number[]): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor?.shape.join() !== shape.join())
      invalid(`weight ${name} must be [${shape}], it is [${tensor?.shape}]`);
    const values = f32Values(tensor!);
    if (!values.every(Number.isFinite)) {
      throw new AppError('NOT_FINITE', {
        message: `weight ${name} of the base is not finite`,
        facts: { tensor: name },
      });
    }
    return values;
  };
  const { entries } = pvtLayout(config);
  if (tensors.size !== entries.length + 2) invalid(`${tensors.size} tensors, expected ${entries.length + 2}`);
  const weights = new Map(entries.map(({ name, shape }) => [name, { shape, data: take(name, shape) }]));
  const head = {
    weight: take('head.weight', [config.features, classes.length]),
    bias: take('head.bias', [classes.length]),
    classes,
  };
  return { config, weights, head, digest: sha256(bytes) };
}

function isNames(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length >= 2 &&
    value.length <= 256 &&
    value.every((x) => typeof x === 'string')
  );
}

function parse(text: string | undefined, what: string): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch (cause) {
    throw new AppError('MANIFEST_INVALID', { message: `the ${what} of the base is not JSON`, cause });
  }
}

function invalid(message: string): never {
  throw new AppError('MANIFEST_INVALID', { message: `not a usable base: ${message}` });
}
