// Adapters as files of Hugging Face PEFT: adapter_config.json + adapter_model.safetensors. Every number is hostile.
// Layout: base_model.model.<module>.lora_A.weight [r, in], .lora_B.weight [out, r] (torch's order), the private head as
// a saved module base_model.model.head.weight [classes, features] and .bias. Our facts stand in the safetensors
// metadata and in config fields that PEFT ignores. Patch embeddings are linear layers over a patch, not convolutions.
import {
  AppError,
  adapterFileLimits,
  f32Tensor,
  f32Values,
  isSha256,
  readTensorFile,
  type Sha256,
  type StoredTensor,
  writeTensorFile,
} from '@tomograph/kernel';
import { firstNonFinite } from '../graph/feeds.js';
import type { Adapter, Factors, Head } from './adapter.js';
import type { LoraLayer } from './lora-scope.js';

const prefix = 'base_model.model.';

/** Only what is read; PEFT writes more. */
export interface PeftConfig {
  readonly peft_type: 'LORA';
  readonly r: number;
  readonly lora_alpha: number;
  readonly target_modules: readonly string[];
  readonly modules_to_save: readonly string[];
  readonly rank_pattern: Readonly<Record<string, number>>;
  readonly alpha_pattern: Readonly<Record<string, number>>;
  readonly use_rslora: boolean;
  readonly bias: 'none';
  readonly base_model_name_or_path: string;
  /** Digest of the base. */
  readonly revision: string;
}

export interface AdapterFiles {
  /** adapter_config.json, UTF-8. */
  readonly config: Uint8Array;
  /** adapter_model.safetensors. */
  readonly weights: Uint8Array;
}

/** What an adapter must fit. */
export interface AdapterTarget {
  readonly digest: Sha256;
  readonly layers: readonly LoraLayer[];
  /** Channels at full resolution, where heads stand. */
  readonly features: number;
}

export function writeAdapterFiles(adapter: Adapter, baseName: string): AdapterFiles {
  const modules = [...adapter.factors.keys()].sort();
  const rank = mostCommon(modules.map((name) => adapter.factors.get(name)!.rank));
  const alpha = mostCommon(modules.map((name) => alphaOf(adapter.factors.get(name)!)));
  const pattern = (of: (factors: Factors) => number, usual: number): Record<string, number> =>
    Object.fromEntries(
      modules.flatMap((name) => {
        const value = of(adapter.factors.get(name)!);
        return value === usual ? [] : [[name, value]];
      }),
    );
  const config: PeftConfig & Record<string, unknown> = {
    alpha_pattern: pattern(alphaOf, alpha),
    base_model_name_or_path: baseName,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: alpha,
    lora_dropout: 0,
    modules_to_save: ['head'],
    peft_type: 'LORA',
    r: rank,
    rank_pattern: pattern((factors) => factors.rank, rank),
    revision: adapter.base,
    target_modules: modules,
    task_type: null,
    use_rslora: false,
  };
  const tensors = new Map<string, StoredTensor>();
  for (const [name, factors] of adapter.factors) {
    const { rank: r, a, b } = factors;
    tensors.set(`${prefix}${name}.lora_A.weight`, f32Tensor([r, a.length / r], a));
    tensors.set(
      `${prefix}${name}.lora_B.weight`,
      f32Tensor([b.length / r, r], transposed(b, r, b.length / r)),
    );
  }
  const { weight, bias, classes } = adapter.head;
  const features = weight.length / classes.length;
  tensors.set(
    `${prefix}head.weight`,
    f32Tensor([classes.length, features], transposed(weight, features, classes.length)),
  );
  tensors.set(`${prefix}head.bias`, f32Tensor([classes.length], bias));
  return {
    config: new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`),
    weights: writeTensorFile(tensors, { format: 'pt', base: adapter.base, classes: JSON.stringify(classes) }),
  };
}

/**
 * Reads and checks an adapter against the base it is for.
 * @throws AppError MANIFEST_INVALID, TENSOR_FILE_INVALID, ADAPTER_BASE_MISMATCH, ADAPTER_KEY_MISSING,
 * ADAPTER_KEY_UNEXPECTED, ADAPTER_SHAPE_MISMATCH, ADAPTER_NOT_FINITE, ADAPTER_NO_EFFECT
 */
export function readAdapterFiles(files: AdapterFiles, target: AdapterTarget): Adapter {
  const config = parseConfig(files.config);
  const { tensors, metadata } = readTensorFile(files.weights, adapterFileLimits);
  for (const [where, digest] of [
    ['adapter_config.json', config.revision],
    ['adapter_model.safetensors', metadata.base],
  ]) {
    if (digest !== target.digest) {
      throw new AppError('ADAPTER_BASE_MISMATCH', {
        message: `${where} says the adapter was trained on base ${digest}, this base is ${target.digest}: load that base, or retrain`,
        facts: { want: String(digest), got: target.digest },
      });
    }
  }
  const layers = targetedLayers(config, target.layers);
  refuseUnexpected(tensors, layers);
  const factors = new Map(layers.map((layer) => [layer.name, readFactors(tensors, layer, config)]));
  if (layers.every(({ name }) => isZero(factors.get(name)!))) {
    throw new AppError('ADAPTER_NO_EFFECT', {
      message: 'every product of the adapter is zero: it changes nothing',
    });
  }
  return { base: target.digest, factors, head: readHead(tensors, metadata.classes, target.features) };
}

function alphaOf({ rank, scale }: Factors): number {
  return rank * scale;
}

function mostCommon(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((x, y) => y[1] - x[1] || x[0] - y[0])[0]?.[0] ?? 1;
}

/** [rows, columns] -> [columns, rows] */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c]!;
  return out;
}

function parseConfig(bytes: Uint8Array): PeftConfig {
  const refuse = (why: string): never => {
    throw new AppError('MANIFEST_INVALID', { message: `adapter_config.json is not usable: ${why}` });
  };
  if (bytes.length > 1 << 20) refuse(`${bytes.length} bytes, at most ${1 << 20} are read`);
  let raw: Record<string, unknown>;
  try {
    raw = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<string, unknown>;
  } catch (cause) {
    throw new AppError('MANIFEST_INVALID', { message: 'adapter_config.json is not JSON', cause });
  }
  const rank = (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) > 0 && (value as number) <= 1024;
  const number = (value: unknown): boolean =>
    typeof value === 'number' && Number.isFinite(value) && value > 0;
  const record = (value: unknown, fits: (inner: unknown) => boolean): boolean =>
    value !== null && typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(fits);
  const names = (value: unknown): boolean =>
    Array.isArray(value) && value.every((name) => typeof name === 'string');
  const config = {
    rank_pattern: {},
    alpha_pattern: {},
    use_rslora: false,
    bias: 'none',
    modules_to_save: [],
    ...raw,
  };
  if (raw === null || raw.peft_type !== 'LORA')
    refuse(`peft_type is ${String(raw?.peft_type)}, expected LORA`);
  if (!rank(raw.r)) refuse('r is not a rank');
  if (!number(raw.lora_alpha)) refuse('lora_alpha is not a number above 0');
  if (!names(raw.target_modules)) refuse('target_modules is not a list of names');
  if (!record(config.rank_pattern, rank)) refuse('rank_pattern is not a map of ranks');
  if (!record(config.alpha_pattern, number)) refuse('alpha_pattern is not a map of numbers');
  if (config.bias !== 'none') refuse(`bias is ${String(config.bias)}: trained biases would change the base`);
  if (typeof raw.revision !== 'string' || !isSha256(raw.revision))
    refuse('revision is not the digest of a base');
  return config as unknown as PeftConfig;
}

/** PEFT's rule: a target names a module, or the end of its name after a dot. */
function targetedLayers(config: PeftConfig, layers: readonly LoraLayer[]): LoraLayer[] {
  const matches = (name: string, wanted: string): boolean => name === wanted || name.endsWith(`.${wanted}`);
  const odd = config.target_modules.find((wanted) => !layers.some(({ name }) => matches(name, wanted)));
  if (odd !== undefined) {
    throw new AppError('ADAPTER_KEY_UNEXPECTED', {
      message: `adapter_config.json targets ${odd}, which is no adapted module of this base`,
      facts: { module: odd },
    });
  }
  return layers.filter(({ name }) => config.target_modules.some((wanted) => matches(name, wanted)));
}

function refuseUnexpected(tensors: ReadonlyMap<string, StoredTensor>, layers: readonly LoraLayer[]): void {
  const known = new Set([`${prefix}head.weight`, `${prefix}head.bias`]);
  for (const { name } of layers)
    for (const side of ['A', 'B']) known.add(`${prefix}${name}.lora_${side}.weight`);
  const odd = [...tensors.keys()].find((key) => !known.has(key));
  if (odd === undefined) return;
  throw new AppError('ADAPTER_KEY_UNEXPECTED', {
    message: `the adapter has tensor ${odd}, which its configuration does not name`,
    facts: { key: odd },
  });
}

function readTensor(
  tensors: ReadonlyMap<string, StoredTensor>,
  name: string,
  shape: readonly number[],
): Float32Array {
  const key = prefix + name;
  const tensor = tensors.get(key);
  if (tensor === undefined) {
    throw new AppError('ADAPTER_KEY_MISSING', {
      message: `the adapter lacks tensor ${key} [${shape}]`,
      facts: { key },
    });
  }
  if (tensor.dtype !== 'F32' || tensor.shape.join() !== shape.join()) {
    throw new AppError('ADAPTER_SHAPE_MISMATCH', {
      message: `tensor ${key}: expected F32 [${shape}], got ${tensor.dtype} [${tensor.shape}]`,
      facts: { key, expected: shape, got: tensor.shape },
    });
  }
  const values = f32Values(tensor);
  const at = firstNonFinite(values);
  if (at >= 0) {
    throw new AppError('ADAPTER_NOT_FINITE', {
      message: `tensor ${key} holds ${values[at]} at position ${at}`,
      facts: { key, position: at },
    });
  }
  return values;
}

function readFactors(
  tensors: ReadonlyMap<string, StoredTensor>,
  layer: LoraLayer,
  config: PeftConfig,
): Factors {
  const rank = config.rank_pattern[layer.name] ?? config.r;
  const alpha = config.alpha_pattern[layer.name] ?? config.lora_alpha;
  const a = readTensor(tensors, `${layer.name}.lora_A.weight`, [rank, layer.in]);
  const b = readTensor(tensors, `${layer.name}.lora_B.weight`, [layer.out, rank]);
  const scale = config.use_rslora ? alpha / Math.sqrt(rank) : alpha / rank;
  return { rank, scale, a, b: transposed(b, layer.out, rank) };
}

function isZero({ a, b }: Factors): boolean {
  return a.every((value) => value === 0) || b.every((value) => value === 0);
}

function readHead(
  tensors: ReadonlyMap<string, StoredTensor>,
  names: string | undefined,
  features: number,
): Head {
  let classes: unknown;
  try {
    classes = JSON.parse(names ?? '');
  } catch (cause) {
    throw new AppError('MANIFEST_INVALID', { message: 'the class names in the adapter are not JSON', cause });
  }
  if (
    !Array.isArray(classes) ||
    classes.length < 2 ||
    classes.length > 256 ||
    !classes.every((c) => typeof c === 'string')
  ) {
    throw new AppError('MANIFEST_INVALID', { message: 'the adapter does not name its 2 to 256 classes' });
  }
  const weight = readTensor(tensors, 'head.weight', [classes.length, features]);
  return {
    weight: transposed(weight, classes.length, features),
    bias: readTensor(tensors, 'head.bias', [classes.length]),
    classes,
  };
}
