import { f32Tensor, readTensorFile, type StoredTensor, writeTensorFile } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { encodePvtBase, pvtLayout } from '../arch/pvt-base.js';
import { checkPvtConfig } from '../arch/pvt-config.js';
import { randomAdapter } from '../arch/random-adapter.test-data.js';
import { initialVector, unflatten } from '../graph/params.js';
import { type AdapterFiles, readAdapterFiles, writeAdapterFiles } from './peft-format.js';

const config = checkPvtConfig({
  size: [4, 4, 4],
  features: 2,
  mlpRatio: 1,
  stages: [
    { patch: 2, width: 4, heads: 1, reduction: 1, encoderBlocks: 1, decoderBlocks: 0 },
    { patch: 2, width: 4, heads: 1, reduction: 1, encoderBlocks: 0, decoderBlocks: 0 },
  ],
});
const { entries, layers } = pvtLayout(config);
const { base } = encodePvtBase({
  config,
  weights: unflatten(entries, initialVector(entries, 1)),
  head: { weight: new Float32Array(4), bias: new Float32Array(2), classes: ['a', 'b'] },
});
const target = { digest: base.digest, layers, features: 2 };
const adapter = randomAdapter(base, layers, 3, 1);
const files = writeAdapterFiles(adapter, 'tomograph-base');
const code = (name: string) => expect.objectContaining({ code: name });

const withConfig = (change: Record<string, unknown>): AdapterFiles => ({
  ...files,
  config: new TextEncoder().encode(
    JSON.stringify({ ...JSON.parse(new TextDecoder().decode(files.config)), ...change }),
  ),
});
const withTensors = (change: (tensors: Map<string, StoredTensor>) => void): AdapterFiles => {
  const { tensors, metadata } = readTensorFile(files.weights);
  const copy = new Map(tensors);
  change(copy);
  return { ...files, weights: writeTensorFile(copy, metadata) };
};
const key = 'base_model.model.encoder.0.blocks.0.attn.q.lora_B.weight';

describe('the PEFT layout', () => {
  it('comes back as it was', () => {
    expect(readAdapterFiles(files, target)).toEqual(adapter);
  });

  it('names keys and shapes as PEFT does, the head as a saved module', () => {
    const { tensors } = readTensorFile(files.weights);
    const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
    expect(shapes).toMatchObject({
      'base_model.model.encoder.0.patch_embed.lora_A.weight': [3, 8],
      'base_model.model.encoder.0.patch_embed.lora_B.weight': [4, 3],
      'base_model.model.head.weight': [3, 2],
      'base_model.model.head.bias': [3],
    });
    expect(JSON.parse(new TextDecoder().decode(files.config))).toMatchObject({
      peft_type: 'LORA',
      r: 3,
      lora_alpha: 3,
      modules_to_save: ['head'],
      base_model_name_or_path: 'tomograph-base',
      revision: base.digest,
    });
  });

  it('keeps a rank and a scale of its own per module', () => {
    const [first, second] = layers;
    const mixed = {
      ...adapter,
      factors: new Map([
        [first!.name, { ...randomAdapter(base, layers, 1, 5).factors.get(first!.name)!, scale: 4 }],
        [second!.name, adapter.factors.get(second!.name)!],
      ]),
    };
    expect(readAdapterFiles(writeAdapterFiles(mixed, 'x'), target)).toEqual(mixed);
  });

  it('reads the ends of module names and rank-stabilised scales', () => {
    const suffixes = withConfig({
      target_modules: ['patch_embed', 'attn.q', 'v', 'fc1', 'fc2'],
      use_rslora: true,
    });
    const read = readAdapterFiles(suffixes, target);
    expect([...read.factors.keys()].sort()).toEqual([...adapter.factors.keys()].sort());
    expect(read.factors.get(layers[0]!.name)!.scale).toBeCloseTo(3 / Math.sqrt(3), 12);
  });

  it.each<[string, AdapterFiles, string]>([
    ['another base', withConfig({ revision: `sha256:${'0'.repeat(64)}` }), 'ADAPTER_BASE_MISMATCH'],
    ['no base', withConfig({ revision: 'main' }), 'MANIFEST_INVALID'],
    ['another method', withConfig({ peft_type: 'IA3' }), 'MANIFEST_INVALID'],
    ['trained biases', withConfig({ bias: 'all' }), 'MANIFEST_INVALID'],
    ['a rank that is none', withConfig({ r: -1 }), 'MANIFEST_INVALID'],
    ['a rank beyond reason', withConfig({ r: 1e9 }), 'MANIFEST_INVALID'],
    ['another rank than the tensors', withConfig({ r: 2 }), 'ADAPTER_SHAPE_MISMATCH'],
    ['a target that does not exist', withConfig({ target_modules: ['attn.k'] }), 'ADAPTER_KEY_UNEXPECTED'],
    ['fewer targets than tensors', withConfig({ target_modules: ['attn.q'] }), 'ADAPTER_KEY_UNEXPECTED'],
    ['a missing tensor', withTensors((t) => t.delete(key)), 'ADAPTER_KEY_MISSING'],
    ['a missing head', withTensors((t) => t.delete('base_model.model.head.bias')), 'ADAPTER_KEY_MISSING'],
    [
      'an extra tensor',
      withTensors((t) => t.set('extra', f32Tensor([1], Float32Array.of(1)))),
      'ADAPTER_KEY_UNEXPECTED',
    ],
    [
      'another shape',
      withTensors((t) => t.set(key, f32Tensor([3, 4], new Float32Array(12)))),
      'ADAPTER_SHAPE_MISMATCH',
    ],
    [
      'a NaN',
      withTensors((t) => t.set(key, f32Tensor([4, 3], new Float32Array(12).fill(Number.NaN)))),
      'ADAPTER_NOT_FINITE',
    ],
    [
      'no effect',
      withTensors((t) => {
        for (const [name, { shape, data }] of t) {
          if (name.includes('lora_B')) t.set(name, f32Tensor(shape, new Float32Array(data.length / 4)));
        }
      }),
      'ADAPTER_NO_EFFECT',
    ],
    ['a config that is no JSON', { ...files, config: new Uint8Array([123]) }, 'MANIFEST_INVALID'],
    ['a cut file', { ...files, weights: files.weights.subarray(0, -8) }, 'TENSOR_FILE_INVALID'],
  ])('refuses %s', (_what, broken, expected) => {
    expect(() => readAdapterFiles(broken, target)).toThrow(code(expected));
  });
});
