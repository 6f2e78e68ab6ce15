// A tiny base and adapters for it, for tests: made here value by value, not by the code under test.
import { f32Tensor, type Sha256, type StoredTensor, sha256, writeTensorFile } from '@tomograph/kernel';
import { type NewAdapter, storeAdapter } from '../adapter/adapter-manifest.js';
import type { PeftFiles } from '../adapter/peft-folder.js';
import type { BlobStore } from '../blob-store.js';
import { checkManifest } from '../manifest/manifest-file.js';
import type {
  AdapterManifest,
  BaseManifest,
  Metric,
  Provenance,
  Runtime,
} from '../manifest/manifest-schema.js';

export const sampleRuntime: Runtime = {
  engine: 'onnxruntime-node',
  version: '1.30.0',
  provider: 'cpu',
  device: 'test',
  threads: 1,
  graphLevel: 'basic',
};
const provenance: Provenance = {
  origin: 'trained',
  createdAt: '2026-01-02T03:04:05.000Z',
  createdBy: 'tg_test',
  code: null,
  seed: 1,
  steps: 10,
  method: 'LoRA and head',
  data: { name: 'phantoms', digest: null, training: 8, validation: 2, test: 4 },
  from: null,
};

export const sampleWeights = new TextEncoder().encode('weights of the sample base');

/** Stores the blobs of a base with three layers: linear q and fc1, and a convolution. P₀ = 1,000. */
export async function sampleBase(
  blobs: BlobStore,
  change: Partial<BaseManifest> = {},
  weights: Uint8Array = sampleWeights,
): Promise<BaseManifest> {
  const graph = new TextEncoder().encode('graph of the sample base');
  await blobs.put(weights);
  await blobs.put(graph);
  const blob = (role: string, bytes: Uint8Array) => ({
    role,
    digest: sha256(bytes),
    bytes: bytes.length,
    mediaType: 'application/octet-stream',
  });
  return checkManifest({
    formatVersion: 1,
    kind: 'base',
    name: 'sample-base',
    description: '',
    licence: 'Apache-2.0',
    labels: [{ value: 1, name: 'liver', snomed: { code: '10200004', display: 'Liver' } }],
    metrics: [],
    provenance,
    parameters: 1000,
    layers: [
      { name: 'encoder.0.attn.q', type: 'qv', in: 3, out: 2, kernel: [1, 1, 1] },
      { name: 'encoder.0.mlp.fc1', type: 'ffn', in: 2, out: 4, kernel: [1, 1, 1] },
      { name: 'encoder.0.patch_embed', type: 'patch', in: 2, out: 3, kernel: [1, 2, 2] },
    ],
    head: { module: 'head', features: 2 },
    inputs: [{ name: 'x', dtype: 'float32', shape: ['batch', 4, 4, 4], unit: 'HU, normalised', meaning: '' }],
    outputs: [
      { name: 'probabilities', dtype: 'float32', shape: ['rows', 'classes'], unit: '1', meaning: '' },
    ],
    preprocessing: {
      orientation: 'LPS',
      spacingMmXyz: [3, 3, 3],
      patchZyx: [4, 4, 4],
      clip: { low: -995, high: 1265 },
      normalise: { mean: -187.9, sd: 490.7 },
      unit: 'HU',
      overlap: 0.5,
    },
    runtime: sampleRuntime,
    data: {
      summary: 'Phantoms.',
      sources: [{ name: 'synthetic phantoms', licence: 'Apache-2.0', cases: 10 }],
    },
    golden: null,
    blobs: [blob('weights', weights), blob('graph', graph)],
    ...change,
  }) as BaseManifest;
}

const prefix = 'base_model.model.';
export const sampleKeys = {
  qA: `${prefix}encoder.0.attn.q.lora_A.weight`,
  qB: `${prefix}encoder.0.attn.q.lora_B.weight`,
  patchA: `${prefix}encoder.0.patch_embed.lora_A.weight`,
  patchB: `${prefix}encoder.0.patch_embed.lora_B.weight`,
  headWeight: `${prefix}head.weight`,
  headBias: `${prefix}head.bias`,
};

export interface SampleFiles {
  config?: Record<string, unknown>;
  metadata?: Record<string, string>;
  /** Changes the tensors before they are written. */
  tensors?: (tensors: Map<string, StoredTensor>) => void;
  card?: string;
  /** Makes other numbers. */
  seed?: number;
}

const counting = (n: number, from = 1): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => (from + i) / 8);

/** Rank 2 on q and the patch embedding, classes background and spleen. */
export function sampleFiles(weights: Sha256 = sha256(sampleWeights), change: SampleFiles = {}): PeftFiles {
  const seed = change.seed ?? 1;
  const tensors = new Map<string, StoredTensor>([
    [sampleKeys.qA, f32Tensor([2, 3], counting(6, seed))],
    [sampleKeys.qB, f32Tensor([2, 2], counting(4, seed))],
    [sampleKeys.patchA, f32Tensor([2, 2, 1, 2, 2], counting(16, seed))],
    [sampleKeys.patchB, f32Tensor([3, 2, 1, 1, 1], counting(6, seed))],
    [sampleKeys.headWeight, f32Tensor([2, 2], counting(4, seed))],
    [sampleKeys.headBias, f32Tensor([2], counting(2, seed))],
  ]);
  change.tensors?.(tensors);
  const config = {
    peft_type: 'LORA',
    r: 2,
    lora_alpha: 4,
    target_modules: ['attn.q', 'encoder.0.patch_embed'],
    modules_to_save: ['head'],
    bias: 'none',
    revision: weights,
    ...change.config,
  };
  const metadata = { format: 'pt', base: weights, classes: '["background","spleen"]', ...change.metadata };
  return {
    adapterConfig: new TextEncoder().encode(JSON.stringify(config)),
    adapterModel: writeTensorFile(tensors, metadata),
    ...(change.card === undefined ? {} : { card: new TextEncoder().encode(change.card) }),
  };
}

export const sampleMetric = (change: Partial<Metric> = {}): Metric => ({
  name: 'dice',
  structure: 'spleen',
  value: 0.9,
  unit: '1',
  n: 20,
  interval: { low: 0.85, high: 0.94, level: 0.95, method: 'bootstrap over patients' },
  data: 'phantom test set',
  ...change,
});

/** An adapter for the sample base that was not stored yet. */
export function newSampleAdapter(seed = 1, weights: Sha256 = sha256(sampleWeights)): NewAdapter {
  return {
    name: 'spleen',
    description: 'Spleen on phantoms.',
    licence: 'Apache-2.0',
    labels: [{ value: 1, name: 'spleen', snomed: { code: '78961009', display: 'Spleen' } }],
    metrics: [sampleMetric()],
    provenance,
    files: sampleFiles(weights, { seed }),
    golden: {
      input: new TextEncoder().encode('golden input'),
      output: new TextEncoder().encode('golden output'),
      maxAbsDifference: 1e-5,
      runtime: sampleRuntime,
    },
  };
}

/** Stores the blobs of an adapter and gives its manifest. */
export async function sampleAdapter(
  blobs: BlobStore,
  base: BaseManifest,
  change: Partial<Omit<NewAdapter, 'files'>> & { readonly seed?: number } = {},
): Promise<AdapterManifest> {
  const { seed, ...rest } = change;
  const weights = base.blobs.find(({ role }) => role === 'weights')!.digest;
  const { manifest } = await storeAdapter(blobs, base, { ...newSampleAdapter(seed, weights), ...rest });
  return manifest;
}
