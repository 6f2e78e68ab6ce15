// The manifest of a base of the pyramid vision transformer: what follows from its weights, and what only its maker knows.
import { sha256 } from '@tomograph/kernel';
import { ctNormalisation, decodePvtBase, pvtLayout, servingNetwork } from '@tomograph/models';
import {
  type BaseManifest,
  checkManifest,
  type Label,
  type Metric,
  type Provenance,
  type Runtime,
} from '@tomograph/registry';

export interface BaseFacts {
  readonly name: string;
  readonly description: string;
  readonly licence: string;
  /** mm, along every axis. */
  readonly spacingMm: number;
  /** By class name. */
  readonly snomed: (name: string) => Label['snomed'];
  readonly metrics: readonly Metric[];
  readonly provenance: Provenance;
  readonly data: BaseManifest['data'];
  readonly runtime: Runtime;
}

export interface BaseFiles {
  /** base.safetensors */
  readonly weights: Uint8Array;
  /** A safetensors file with `x`, one patch. */
  readonly canary: Uint8Array;
  /** README.md */
  readonly card: Uint8Array;
}

/** @throws AppError TENSOR_FILE_INVALID, MANIFEST_INVALID, NOT_FINITE for weights that are none */
export function baseManifest(facts: BaseFacts, files: BaseFiles): BaseManifest {
  const base = decodePvtBase(files.weights);
  const { entries, layers } = pvtLayout(base.config);
  const { low, high, mean, sd } = ctNormalisation;
  const { spacingMm, snomed } = facts;
  const blob = (role: string, bytes: Uint8Array, mediaType: string) => ({
    role,
    digest: sha256(bytes),
    bytes: bytes.length,
    mediaType,
  });
  return checkManifest({
    formatVersion: 1,
    kind: 'base',
    name: facts.name,
    description: facts.description,
    licence: facts.licence,
    labels: base.head.classes.slice(1).map((name, at) => ({ value: at + 1, name, snomed: snomed(name) })),
    metrics: [...facts.metrics],
    provenance: facts.provenance,
    parameters: entries.reduce((n, { size }) => n + size, 0),
    layers: layers.map(({ name, type, in: input, out }) => ({
      name,
      type,
      in: input,
      out,
      kernel: [1, 1, 1],
    })),
    head: { module: 'head', features: base.config.features },
    ...portsOf(base.config.size, base.config.features),
    preprocessing: {
      orientation: 'LPS',
      spacingMmXyz: [spacingMm, spacingMm, spacingMm],
      patchZyx: [...base.config.size],
      clip: { low, high },
      normalise: { mean, sd },
      unit: 'HU',
      overlap: 0.5,
    },
    runtime: facts.runtime,
    data: facts.data,
    golden: null,
    blobs: [
      blob('weights', files.weights, 'application/vnd.safetensors'),
      blob('graph', servingNetwork(base).bytes, 'application/onnx'),
      blob('golden-input', files.canary, 'application/vnd.safetensors'),
      blob('card', files.card, 'text/markdown'),
    ],
  }) as BaseManifest;
}

function portsOf(size: readonly number[], features: number): Pick<BaseManifest, 'inputs' | 'outputs'> {
  const port = (name: string, shape: (string | number)[], unit: string, meaning: string) => ({
    name,
    dtype: 'float32' as const,
    shape,
    unit,
    meaning,
  });
  return {
    inputs: [
      port('x', ['batch', ...size], 'HU, normalised', 'a patch, z y x'),
      port('lora', ['rank', 'width'], '1', 'packed low-rank factors; rank 0 is the base'),
      port('head.weight', [features, 'classes'], '1', 'the head of the task'),
      port('head.bias', ['classes'], '1', 'the head of the task'),
    ],
    outputs: [port('probabilities', ['voxels', 'classes'], 'probability', 'softmax over classes')],
  };
}
