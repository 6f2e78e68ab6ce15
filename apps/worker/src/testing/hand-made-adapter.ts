// A PEFT adapter made value by value: rank 1 on one layer and a head of two classes. Nothing of the house's adapter
// writer is in it, only the safetensors container; tests damage its parts one at a time.
import { f32Tensor, type Sha256, type StoredTensor, writeTensorFile } from '@tomograph/kernel';
import type { BaseManifest, PeftFiles } from '@tomograph/registry';

export interface HandMadeChange {
  readonly config?: Readonly<Record<string, unknown>>;
  /** undefined leaves an entry out. */
  readonly metadata?: Readonly<Record<string, string | undefined>>;
  readonly tensors?: (tensors: Map<string, StoredTensor>, keys: HandMadeKeys) => void;
  /** Licence in the card; null: no card. */
  readonly licence?: string | null;
}

export interface HandMadeKeys {
  readonly a: string;
  readonly b: string;
  readonly headWeight: string;
  readonly headBias: string;
}

export const weightsOf = (base: BaseManifest): Sha256 =>
  base.blobs.find(({ role }) => role === 'weights')!.digest;

/** The layer that it adapts. */
export const handMadeLayer = (base: BaseManifest): BaseManifest['layers'][number] =>
  base.layers.find(({ name }) => name.endsWith('attn.q'))!;

/** @param level makes other numbers */
export function handMadeAdapter(base: BaseManifest, level: number, change: HandMadeChange = {}): PeftFiles {
  const layer = handMadeLayer(base);
  const prefix = 'base_model.model.';
  const keys = {
    a: `${prefix}${layer.name}.lora_A.weight`,
    b: `${prefix}${layer.name}.lora_B.weight`,
    headWeight: `${prefix}head.weight`,
    headBias: `${prefix}head.bias`,
  };
  const tensors = new Map<string, StoredTensor>([
    [keys.a, filled([1, layer.in], (at) => level * (1 + at))],
    [keys.b, filled([layer.out, 1], (at) => level / (1 + at))],
    [keys.headWeight, filled([2, base.head!.features], (at) => Math.sin(at + level))],
    [keys.headBias, filled([2], (at) => at - 0.5)],
  ]);
  change.tensors?.(tensors, keys);
  const config = {
    peft_type: 'LORA',
    r: 1,
    lora_alpha: 2,
    target_modules: [layer.name],
    modules_to_save: ['head'],
    base_model_name_or_path: base.name,
    revision: weightsOf(base),
    ...change.config,
  };
  const metadata = Object.entries({ format: 'pt', classes: '["background","thing"]', ...change.metadata });
  const known = metadata.filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { licence = 'CC-BY-4.0' } = change;
  const card =
    licence === null ? undefined : new TextEncoder().encode(`---\nlicense: ${licence}\n---\n# By hand\n`);
  return {
    adapterConfig: new TextEncoder().encode(JSON.stringify(config)),
    adapterModel: writeTensorFile(tensors, Object.fromEntries(known)),
    card,
  };
}

/** A float32 tensor of this shape. */
export function filled(shape: readonly number[], value: (at: number) => number): StoredTensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return f32Tensor(
    shape,
    Float32Array.from({ length: count }, (_, at) => value(at)),
  );
}

/** The file with its JSON header changed as text. */
export function withHeader(bytes: Uint8Array, change: (header: string) => string): Uint8Array {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = new TextEncoder().encode(change(new TextDecoder().decode(bytes.subarray(8, 8 + length))));
  const out = new Uint8Array(8 + header.length + bytes.length - 8 - length);
  new DataView(out.buffer).setBigUint64(0, BigInt(header.length), true);
  out.set(header, 8);
  out.set(bytes.subarray(8 + length), 8 + header.length);
  return out;
}
