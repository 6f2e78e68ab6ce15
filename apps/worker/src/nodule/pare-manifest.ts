// The nodule model as a base of the registry: its manifest, made of the bundle and of what its maker says (facts.json).
// It takes no adapters and segments nothing: no layers, no head, no labels.
import { AppError, sha256 } from '@tomograph/kernel';
import {
  attributeNames,
  type BundleFiles,
  decodePareBundle,
  measureNames,
  type PareModel,
} from '@tomograph/models';
import { type BaseManifest, checkManifest } from '@tomograph/registry';
import { type PareFacts, pareFactsSchema } from './pare-facts.js';

export const pareName = 'pare';
export const bundleFile = 'manifest.json';

export interface PareFiles {
  /** manifest.json, weights.safetensors and one network per member. */
  readonly bundle: BundleFiles;
  /** README.md */
  readonly card: Uint8Array;
  /** facts.json */
  readonly facts: Uint8Array;
}

/** @throws AppError MANIFEST_INVALID, and as decodePareBundle */
export function pareBaseManifest({ bundle, card, facts: factsBytes }: PareFiles): BaseManifest {
  const model = decodePareBundle(bundle);
  const { config } = model;
  const facts = readFacts(factsBytes);
  const named = bundle.get(bundleFile)!;
  const isMeasured = facts.bundle === sha256(named);
  const [sz, sy, sx] = config.spacingMm;
  const blob = (role: string, bytes: Uint8Array, mediaType: string) => ({
    role,
    digest: sha256(bytes),
    bytes: bytes.length,
    mediaType,
  });
  return checkManifest({
    formatVersion: 1,
    kind: 'base',
    name: pareName,
    description: isMeasured ? facts.description : `${facts.description} These weights were not measured.`,
    licence: facts.licence,
    labels: [],
    metrics: isMeasured ? facts.metrics : [],
    provenance: {
      origin: 'trained',
      createdAt: facts.createdAt,
      createdBy: facts.createdBy,
      code: null,
      seed: facts.seed,
      steps: facts.steps,
      method: facts.method,
      data: { name: facts.dataName, digest: null, training: facts.cases, validation: 0, test: 0 },
      from: null,
    },
    parameters: parametersOf(model),
    layers: [],
    head: null,
    ...portsOf(model),
    preprocessing: {
      orientation: 'LPS',
      spacingMmXyz: [sx, sy, sz],
      patchZyx: [...config.patch],
      clip: { low: -1000, high: 400 },
      normalise: { mean: -300, sd: 700 },
      unit: 'HU',
      overlap: 0,
    },
    runtime: facts.runtime,
    data: {
      summary: facts.dataSummary,
      sources: [{ name: facts.dataName, licence: facts.dataLicence, cases: facts.cases }],
    },
    golden: null,
    blobs: [
      blob('weights', bundle.get('weights.safetensors')!, 'application/vnd.safetensors'),
      blob('graph', bundle.get('network-0.onnx')!, 'application/onnx'),
      blob('bundle', named, 'application/json'),
      blob('card', card, 'text/markdown'),
    ],
  }) as BaseManifest;
}

function readFacts(bytes: Uint8Array): PareFacts {
  try {
    return pareFactsSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new AppError('MANIFEST_INVALID', {
      message: 'facts.json of the nodule model is not what this version reads: restore weights/pare',
      cause,
    });
  }
}

function parametersOf({ members }: PareModel): number {
  let values = 0;
  for (const { weights, prototypes } of members) {
    values += prototypes.length;
    for (const { data } of weights.values()) values += data.length;
  }
  return values;
}

function portsOf({ config, members }: PareModel): Pick<BaseManifest, 'inputs' | 'outputs'> {
  const port = (name: string, shape: (string | number)[], unit: string, meaning: string) => ({
    name,
    dtype: 'float32' as const,
    shape: ['batch', ...shape],
    unit,
    meaning,
  });
  const networks = members.length === 1 ? 'one network' : `each of ${members.length} networks`;
  return {
    inputs: [
      port(
        'image',
        [2, ...config.patch],
        'HU, normalised',
        `a slab round the point, z y x, in two windows; ${networks}`,
      ),
      port('measures', [measureNames.length], '1', 'measures of the mask that the network itself made'),
    ],
    outputs: [
      port(
        'parsing',
        [config.parsed.length, ...config.patch],
        'probability',
        `softmax over ${config.parsed.join(', ')}`,
      ),
      port('embedding', [config.tokenWidth], '1', 'of the nodule: what stored nodules are compared by'),
      port('direct', [1], 'log-odds', 'malignant by rating, without prototypes'),
      port('recalled', [1], 'log-odds', 'malignant by rating, after recall of prototypes'),
      port('recall', [2 * config.prototypesPerClass], 'share', 'weight of every prototype, benign first'),
      port('attributes', [attributeNames.length], 'share of the scale', attributeNames.join(', ')),
    ],
  };
}
