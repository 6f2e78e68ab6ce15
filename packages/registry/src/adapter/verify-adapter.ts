// The door for adapters: bytes in PEFT's layout against the base they are meant for. Every misfit has its own code.
// Not here: whether the numbers are good (golden pair, certificate).
import {
  AppError,
  isSha256,
  readTensorFile,
  type Sha256,
  type StoredTensor,
  sha256,
} from '@tomograph/kernel';
import { blobOf } from '../manifest/manifest-file.js';
import { type BaseManifest, formatVersion } from '../manifest/manifest-schema.js';
import type { AdapterFactors, AdapterHead, VerifiedAdapter } from './adapter.js';
import { effectNorm } from './effect.js';
import { type PeftConfig, parsePeftConfig, type TargetedLayer, targetedLayers } from './peft-config.js';
import { keyOfA, keyOfB, keyOfHead, reorderKernel, shapesOf, transposed } from './peft-tensors.js';
import { finiteValues } from './tensor-values.js';

export const maxAdapterBytes = 512 << 20;

export interface VerifyOptions {
  /** Digest of the base's weights as the importer declares it, for files that name none. */
  readonly declaredBase?: Sha256 | undefined;
  /** Class names of the head, background first, for files that name none. */
  readonly classes?: readonly string[] | undefined;
}

type Tensors = ReadonlyMap<string, StoredTensor>;

/**
 * @param bytes adapter_model.safetensors, whole
 * @param adapterConfig adapter_config.json, whole
 * @throws AppError LIMIT_EXCEEDED, TENSOR_FILE_INVALID, FORMAT_VERSION_UNKNOWN, MANIFEST_INVALID, ADAPTER_BASE_MISMATCH,
 *   ADAPTER_KEY_MISSING, ADAPTER_KEY_UNEXPECTED, ADAPTER_SHAPE_MISMATCH, ADAPTER_NOT_FINITE, ADAPTER_NO_EFFECT
 */
export function verifyAdapter(
  bytes: Uint8Array,
  adapterConfig: Uint8Array,
  base: BaseManifest,
  options: VerifyOptions = {},
): VerifiedAdapter {
  if (bytes.length > maxAdapterBytes) {
    throw new AppError('LIMIT_EXCEEDED', {
      message: `an adapter of ${bytes.length} bytes, at most ${maxAdapterBytes} are read`,
      facts: { got: bytes.length, limit: maxAdapterBytes },
    });
  }
  const { tensors, metadata } = readTensorFile(bytes);
  checkFormat(metadata);
  const config = parsePeftConfig(adapterConfig);
  const weights = checkBase(config, metadata, base, options.declaredBase);
  const targets = targetedLayers(config, base.layers);
  checkKeys(tensors, targets, config, base);
  const factors = new Map(targets.map((target) => [target.layer.name, takeFactors(tensors, target)]));
  const head =
    base.head === null ? null : takeHead(tensors, base.head, classNames(metadata, options.classes));
  return {
    base: weights,
    digest: sha256(bytes),
    bytes: bytes.length,
    factors,
    head,
    lora: {
      rank: config.rank,
      alpha: config.alpha,
      rankPattern: config.rankPattern,
      alphaPattern: config.alphaPattern,
      useRslora: config.useRslora,
      targets: [...factors.keys()].sort(),
    },
    parameters: {
      factors: [...factors.values()].reduce((n, { a, b }) => n + a.length + b.length, 0),
      head: head === null ? 0 : head.weight.length + head.bias.length,
    },
    effect: largestEffect(factors, head),
  };
}

function checkFormat(metadata: Readonly<Record<string, string>>): void {
  const found = metadata.format_version;
  if (found === undefined || found === String(formatVersion)) return;
  throw new AppError('FORMAT_VERSION_UNKNOWN', {
    message: `an adapter file of format ${found.slice(0, 20)}: this build reads format ${formatVersion}`,
    facts: { expected: formatVersion },
  });
}

// Whatever names a base must name this one, and something must.
function checkBase(
  config: PeftConfig,
  metadata: Readonly<Record<string, string>>,
  base: BaseManifest,
  declared: Sha256 | undefined,
): Sha256 {
  const got = blobOf(base, 'weights').digest;
  const revision = config.revision !== null && isSha256(config.revision) ? config.revision : undefined;
  const claims = [metadata.base, revision, declared].filter((claim) => claim !== undefined);
  const other = claims.find((claim) => claim !== got);
  if (claims.length > 0 && other === undefined) return got;
  throw new AppError('ADAPTER_BASE_MISMATCH', {
    message:
      other === undefined
        ? `the adapter does not say on which base it was trained: declare it if you are sure that it is ${base.name} (${got})`
        : `the adapter was trained on base ${other.slice(0, 80)}, this is ${base.name} (${got}): use that base, or retrain`,
    facts: { base: base.name, got, want: other?.slice(0, 80) ?? null },
  });
}

function checkKeys(
  tensors: Tensors,
  targets: readonly TargetedLayer[],
  config: PeftConfig,
  base: BaseManifest,
): void {
  const expected = new Set(targets.flatMap(({ layer }) => [keyOfA(layer.name), keyOfB(layer.name)]));
  if (base.head !== null) {
    const keys = keyOfHead(base.head.module);
    expected.add(keys.weight).add(keys.bias);
  }
  const missing = [...expected].find((key) => !tensors.has(key));
  if (missing !== undefined) {
    throw new AppError('ADAPTER_KEY_MISSING', {
      message: `the adapter lacks the tensor ${missing}: a layer was renamed, or the file is not complete`,
      facts: { tensor: missing },
    });
  }
  const extra = [...tensors.keys()].find((key) => !expected.has(key));
  const saved = config.modulesToSave.find((module) => module !== base.head?.module);
  if (extra === undefined && saved === undefined) return;
  throw new AppError('ADAPTER_KEY_UNEXPECTED', {
    message:
      extra === undefined
        ? `modules_to_save names ${saved}, this base gives a task ${base.head?.module ?? 'no head'}`
        : `the adapter holds ${extra.slice(0, 200)}, which no targeted layer of ${base.name} would use`,
    facts: { tensor: extra?.slice(0, 200) ?? null, module: saved ?? null },
  });
}

function takeFactors(tensors: Tensors, { layer, rank, scale }: TargetedLayer): AdapterFactors {
  const shapes = shapesOf(layer, rank);
  const a = take(tensors, keyOfA(layer.name), [shapes.a]);
  const b = take(tensors, keyOfB(layer.name), [shapes.b]);
  return { rank, scale, a: reorderKernel(a, layer, 'engine'), b: transposed(b, layer.out, rank) };
}

function takeHead(
  tensors: Tensors,
  { module, features }: NonNullable<BaseManifest['head']>,
  classes: readonly string[],
): AdapterHead {
  const keys = keyOfHead(module);
  const n = classes.length;
  const weight = take(tensors, keys.weight, [
    [n, features],
    [n, features, 1, 1, 1],
  ]);
  return { weight: transposed(weight, n, features), bias: take(tensors, keys.bias, [[n]]), classes };
}

function take(tensors: Tensors, key: string, shapes: readonly (readonly number[])[]): Float32Array {
  const tensor = tensors.get(key)!;
  if (shapes.some((shape) => shape.join() === tensor.shape.join())) return finiteValues(key, tensor);
  throw new AppError('ADAPTER_SHAPE_MISMATCH', {
    message: `tensor ${key} has shape [${tensor.shape}], expected [${shapes[0]}]: another rank, width or number of classes`,
    facts: { tensor: key, got: tensor.shape, expected: shapes[0]! },
  });
}

function classNames(
  metadata: Readonly<Record<string, string>>,
  given: readonly string[] | undefined,
): readonly string[] {
  const stored = metadata.classes;
  let named: unknown;
  try {
    named = stored === undefined ? given : JSON.parse(stored);
  } catch (cause) {
    throw new AppError('MANIFEST_INVALID', { message: 'the class names of the adapter are not JSON', cause });
  }
  if (!Array.isArray(named) || named.length < 2 || named.length > 4097 || !named.every(isClassName)) {
    throw new AppError('MANIFEST_INVALID', {
      message: 'the classes of the head are not named: give at least a background and one structure',
    });
  }
  if (given === undefined || given.join('\0') === named.join('\0')) return named;
  throw new AppError('ADAPTER_SHAPE_MISMATCH', {
    message: `the adapter's ${named.length} classes are not the ${given.length} that were given, or in another order`,
    facts: { got: named.length, expected: given.length },
  });
}

const isClassName = (name: unknown): name is string =>
  typeof name === 'string' && name.length > 0 && name.length <= 100;

function largestEffect(
  factors: ReadonlyMap<string, AdapterFactors>,
  head: AdapterHead | null,
): VerifiedAdapter['effect'] {
  let largest = { module: '', norm: 0 };
  for (const [module, each] of factors) {
    const norm = effectNorm(each);
    if (norm > largest.norm) largest = { module, norm };
  }
  const isDeadHead = head?.weight.every((value) => value === 0) ?? false;
  if (largest.norm > 0 && !isDeadHead) return largest;
  throw new AppError('ADAPTER_NO_EFFECT', {
    message: isDeadHead
      ? 'the weights of the head are all zero: the task would answer the same for every image'
      : 'the factors change no layer (every B·A is zero): answers under this adapter would be those of the bare base',
  });
}
