import { f32Tensor, type Sha256, type StoredTensor, sha256 } from '@tomograph/kernel';
import { beforeAll, expect, test } from 'vitest';
import type { BaseManifest } from '../manifest/manifest-schema.js';
import { MemoryBlobStore } from '../testing/memory-blob-store.js';
import {
  sampleKeys as keys,
  type SampleFiles,
  sampleBase,
  sampleFiles,
  sampleWeights,
} from '../testing/sample-models.js';
import { type VerifyOptions, verifyAdapter } from './verify-adapter.js';

let base: BaseManifest;
beforeAll(async () => {
  base = await sampleBase(new MemoryBlobStore());
});

const weights = sha256(sampleWeights);
const verify = (change: SampleFiles = {}, options?: VerifyOptions, on: Sha256 = weights) => {
  const files = sampleFiles(on, change);
  return verifyAdapter(files.adapterModel, files.adapterConfig, base, options);
};
const set = (key: string, shape: number[], values: number[]) => (tensors: Map<string, StoredTensor>) =>
  void tensors.set(key, f32Tensor(shape, Float32Array.from(values)));
const code = (name: string) => expect.objectContaining({ code: name });

test('an adapter that fits comes out in the shapes of the engine', () => {
  const adapter = verify();
  const eighths = (...values: number[]) => Float32Array.from(values, (value) => value / 8);
  expect(adapter.factors.get('encoder.0.attn.q')).toEqual({
    rank: 2,
    scale: 2,
    a: eighths(1, 2, 3, 4, 5, 6),
    b: eighths(1, 3, 2, 4), // [out, rank] of the file -> [rank, out]
  });
  const patch = adapter.factors.get('encoder.0.patch_embed')!;
  // rows of [channel, z, y, x] -> [z, y, x, channel]
  expect(patch.a).toEqual(eighths(1, 5, 2, 6, 3, 7, 4, 8, 9, 13, 10, 14, 11, 15, 12, 16));
  expect(patch.b).toEqual(eighths(1, 3, 5, 2, 4, 6));
  expect(adapter.head).toEqual({
    weight: eighths(1, 3, 2, 4),
    bias: eighths(1, 2),
    classes: ['background', 'spleen'],
  });
  expect(adapter.parameters).toEqual({ factors: 6 + 4 + 16 + 6, head: 6 });
  expect(adapter.lora.targets).toEqual(['encoder.0.attn.q', 'encoder.0.patch_embed']);
  expect(adapter.base).toBe(weights);
});

test('the effect is the Frobenius norm of scale·B·A of the module that changes most', () => {
  const adapter = verify();
  const { a, b, scale } = adapter.factors.get('encoder.0.patch_embed')!;
  let squared = 0;
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 8; j++) squared += (b[i]! * a[j]! + b[3 + i]! * a[8 + j]!) ** 2;
  }
  expect(adapter.effect.module).toBe('encoder.0.patch_embed');
  expect(adapter.effect.norm).toBeCloseTo(scale * Math.sqrt(squared), 10);
});

test('ranks and scales of their own, and rank-stabilised scales, are those of PEFT', () => {
  const rank1 = (tensors: Map<string, StoredTensor>) => {
    set(keys.qA, [1, 3], [1, 2, 3])(tensors);
    set(keys.qB, [2, 1], [1, 2])(tensors);
  };
  const own = verify({ config: { rank_pattern: { 'attn.q': 1 }, alpha_pattern: { q: 3 } }, tensors: rank1 });
  expect(own.factors.get('encoder.0.attn.q')).toMatchObject({ rank: 1, scale: 3 });
  expect(own.factors.get('encoder.0.patch_embed')).toMatchObject({ rank: 2, scale: 2 });
  const stabilised = verify({ config: { use_rslora: true } });
  expect(stabilised.factors.get('encoder.0.attn.q')!.scale).toBeCloseTo(4 / Math.SQRT2, 12);
});

test('half precision is widened exactly', () => {
  // 1, -2, 0.333251953125, smallest subnormal, largest, 0
  const bits = Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x0001, 0x7bff, 0x0000);
  const half = { dtype: 'F16' as const, shape: [2, 3], data: new Uint8Array(bits.buffer) };
  const adapter = verify({ tensors: (tensors) => void tensors.set(keys.qA, half) });
  const wanted = Float32Array.of(1, -2, 0.333251953125, 2 ** -24, 65504, 0);
  expect(adapter.factors.get('encoder.0.attn.q')!.a).toEqual(wanted);
});

test('a head written as a 1 × 1 × 1 convolution is a head', () => {
  const asConvolution = set(keys.headWeight, [2, 2, 1, 1, 1], [1, 2, 3, 4]);
  expect(verify({ tensors: asConvolution }).head!.weight).toEqual(Float32Array.of(1, 3, 2, 4));
});

test.each<[string, string, SampleFiles]>([
  [
    'a renamed layer',
    'ADAPTER_KEY_MISSING',
    {
      tensors: (t) => {
        t.set('base_model.model.encoder.0.attn.query.lora_A.weight', t.get(keys.qA)!);
        t.delete(keys.qA);
      },
    },
  ],
  [
    'a target that the base does not have',
    'ADAPTER_KEY_MISSING',
    { config: { target_modules: ['attn.query'] } },
  ],
  ['a missing factor', 'ADAPTER_KEY_MISSING', { tensors: (t) => void t.delete(keys.qB) }],
  ['a missing head', 'ADAPTER_KEY_MISSING', { tensors: (t) => void t.delete(keys.headBias) }],
  ['an extra key', 'ADAPTER_KEY_UNEXPECTED', { tensors: set('extra', [1], [1]) }],
  [
    'factors of a layer that is not targeted',
    'ADAPTER_KEY_UNEXPECTED',
    { config: { target_modules: ['attn.q'] } },
  ],
  ['another saved module', 'ADAPTER_KEY_UNEXPECTED', { config: { modules_to_save: ['stem'] } }],
  ['another rank than it says', 'ADAPTER_SHAPE_MISMATCH', { config: { r: 3 } }],
  ['another width', 'ADAPTER_SHAPE_MISMATCH', { tensors: set(keys.qA, [2, 4], [1, 2, 3, 4, 5, 6, 7, 8]) }],
  ['turned axes', 'ADAPTER_SHAPE_MISMATCH', { tensors: set(keys.qA, [3, 2], [1, 2, 3, 4, 5, 6]) }],
  ['more classes than names', 'ADAPTER_SHAPE_MISMATCH', { metadata: { classes: '["b","spleen","liver"]' } }],
  ['a NaN', 'ADAPTER_NOT_FINITE', { tensors: set(keys.qB, [2, 2], [1, Number.NaN, 1, 1]) }],
  [
    'an infinity in the head',
    'ADAPTER_NOT_FINITE',
    { tensors: set(keys.headBias, [2], [0, Number.POSITIVE_INFINITY]) },
  ],
  [
    'every B zero',
    'ADAPTER_NO_EFFECT',
    {
      tensors: (t) => {
        set(keys.qB, [2, 2], [0, 0, 0, 0])(t);
        set(keys.patchB, [3, 2, 1, 1, 1], [0, 0, 0, 0, 0, 0])(t);
      },
    },
  ],
  [
    'ranks that cancel',
    'ADAPTER_NO_EFFECT',
    {
      config: { target_modules: ['attn.q'] },
      tensors: (t) => {
        t.delete(keys.patchA);
        t.delete(keys.patchB);
        set(keys.qA, [2, 3], [1, 2, 3, 1, 2, 3])(t);
        set(keys.qB, [2, 2], [5, -5, 7, -7])(t);
      },
    },
  ],
  ['a head of zeros', 'ADAPTER_NO_EFFECT', { tensors: set(keys.headWeight, [2, 2], [0, 0, 0, 0]) }],
  ['an unknown format version', 'FORMAT_VERSION_UNKNOWN', { metadata: { format_version: '2' } }],
  ['another method', 'MANIFEST_INVALID', { config: { peft_type: 'IA3' } }],
  ['DoRA', 'MANIFEST_INVALID', { config: { use_dora: true } }],
  ['trained biases', 'MANIFEST_INVALID', { config: { bias: 'all' } }],
  ['an initialisation that changed the base', 'MANIFEST_INVALID', { config: { init_lora_weights: 'pissa' } }],
  ['layers chosen by number', 'MANIFEST_INVALID', { config: { layers_to_transform: [0] } }],
  ['a regular expression as target', 'MANIFEST_INVALID', { config: { target_modules: '.*attn.*' } }],
  ['a rank beyond reason', 'MANIFEST_INVALID', { config: { r: 1e9 } }],
  ['class names that are no JSON', 'MANIFEST_INVALID', { metadata: { classes: '[' } }],
  [
    'another dtype',
    'TENSOR_FILE_INVALID',
    { tensors: (t) => void t.set(keys.qA, { dtype: 'I32', shape: [2, 3], data: new Uint8Array(24) }) },
  ],
])('refuses an adapter with %s: %s', (_what, expected, change) => {
  expect(() => verify(change)).toThrow(code(expected));
});

test('an adapter of another base is refused, whichever file says so, and both bases are named', () => {
  const other = sha256('another base');
  expect(() => verify({}, {}, other)).toThrow(code('ADAPTER_BASE_MISMATCH'));
  for (const change of [{ metadata: { base: other } }, { config: { revision: other } }]) {
    expect(() => verify(change)).toThrow(
      expect.objectContaining({
        code: 'ADAPTER_BASE_MISMATCH',
        facts: { base: 'sample-base', got: weights, want: other },
      }),
    );
  }
  expect(() => verify({}, { declaredBase: other })).toThrow(code('ADAPTER_BASE_MISMATCH'));
});

test('an adapter that names no base is taken only when the importer declares the base', () => {
  const files = sampleFiles(weights, { config: { revision: 'main' }, metadata: { format: 'pt' } });
  const silent = withoutBase(files.adapterModel);
  expect(() => verifyAdapter(silent, files.adapterConfig, base)).toThrow(code('ADAPTER_BASE_MISMATCH'));
  const declared = verifyAdapter(silent, files.adapterConfig, base, { declaredBase: weights });
  expect(declared.base).toBe(weights);
});

test('class names come from the importer where the file has none, and must agree where it has some', () => {
  expect(() => verify({}, { classes: ['background', 'liver'] })).toThrow(code('ADAPTER_SHAPE_MISMATCH'));
  expect(verify({}, { classes: ['background', 'spleen'] }).head!.classes[1]).toBe('spleen');
});

test('a cut file, an oversized header and overlapping tensors are no safetensors file', () => {
  const { adapterModel, adapterConfig } = sampleFiles();
  const refused = (bytes: Uint8Array) =>
    expect(() => verifyAdapter(bytes, adapterConfig, base)).toThrow(code('TENSOR_FILE_INVALID'));
  for (const length of [0, 7, 8, 100, adapterModel.length - 1]) refused(adapterModel.subarray(0, length));
  const oversized = adapterModel.slice();
  new DataView(oversized.buffer).setBigUint64(0, 1n << 40n, true);
  refused(oversized);
  refused(
    withHeader(adapterModel, (header) => header.replace(/"data_offsets":\[[1-9]\d*,/, '"data_offsets":[0,')),
  );
  refused(withHeader(adapterModel, (header) => header.replace('[2,3]', '[2,9007199254740991]')));
});

function withHeader(bytes: Uint8Array, change: (header: string) => string): Uint8Array {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = new TextEncoder().encode(change(new TextDecoder().decode(bytes.subarray(8, 8 + length))));
  const out = new Uint8Array(8 + header.length + bytes.length - 8 - length);
  new DataView(out.buffer).setBigUint64(0, BigInt(header.length), true);
  out.set(header, 8);
  out.set(bytes.subarray(8 + length), 8 + header.length);
  return out;
}

function withoutBase(bytes: Uint8Array): Uint8Array {
  return withHeader(bytes, (header) => header.replace(/"base":"sha256:[0-9a-f]{64}",/, ''));
}
