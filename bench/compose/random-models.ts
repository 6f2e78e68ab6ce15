// A base of the shipped size and adapters for it, of random weights, in a registry's blob store: as fast as trained ones.
// What they answer means nothing.
import { Random, type Sha256 } from '@tomograph/kernel';
import {
  type Adapter,
  decodePvtBase,
  encodePvtBase,
  initialVector,
  type LoraFactors,
  pvtConfig,
  pvtLayout,
  servingNetwork,
  unflatten,
  writeAdapterFiles,
} from '@tomograph/models';
import { type BaseManifest, type BlobStore, storeAdapter, writeManifest } from '@tomograph/registry';
import { baseManifest, encodeTensor, runtimeOf } from '@tomograph/worker';
import { baseSpacingMm } from '../pvt-base/phantom-cases.js';

export const rank = 8;
const baseOrgans = 8;
const taskOrgans = 3;
const config = pvtConfig('base', 64);
const runtime = runtimeOf({ provider: 'cpu', threads: 1 });
const provenance = {
  origin: 'trained',
  createdAt: '2026-11-24T12:00:00.000Z',
  createdBy: 'bench/compose',
  code: null,
  seed: 1,
  steps: 0,
  method: 'random weights',
  data: null,
  from: null,
} as const;

const organs = (stem: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${stem} organ ${i + 1}`);

/** Background is likely, as it is in a body: what follows the network then meets organs of a plausible size. */
function head(random: Random, classes: readonly string[]) {
  const weight = Float32Array.from({ length: config.features * classes.length }, () => random.normal(0, 0.3));
  return { weight, bias: Float32Array.from(classes, (_, c) => (c === 0 ? 1.5 : 0)), classes };
}

/** @returns the manifest, whose id a ModelHouse opens */
export async function storeBase(blobs: BlobStore): Promise<BaseManifest> {
  const { entries } = pvtLayout(config);
  const random = new Random(1, 'compose-base');
  const { bytes } = encodePvtBase({
    config,
    weights: unflatten(entries, initialVector(entries, 1)),
    head: head(random, ['background', ...organs('base', baseOrgans)]),
  });
  const files = {
    weights: bytes,
    canary: encodeTensor('x', [1, ...config.size], new Float32Array(64 ** 3)),
    card: new TextEncoder().encode('# Random weights, for a bench\n'),
  };
  const manifest = baseManifest(
    {
      name: 'random-base',
      description: 'Random weights of the shipped size, for a bench.',
      licence: 'Apache-2.0',
      spacingMm: baseSpacingMm,
      snomed: () => null,
      metrics: [],
      provenance,
      data: { summary: 'None.', sources: [] },
      runtime,
    },
    files,
  );
  const graph = servingNetwork(decodePvtBase(bytes)).bytes;
  for (const blob of [files.weights, graph, files.canary, files.card]) await blobs.put(blob);
  await writeManifest(blobs, manifest);
  return manifest;
}

/** @returns the id of the manifest */
export async function storeRandomAdapter(
  blobs: BlobStore,
  base: BaseManifest,
  weights: Sha256,
  number: number,
): Promise<Sha256> {
  const adapter = randomAdapter(weights, number);
  const { config: adapterConfig, weights: adapterModel } = writeAdapterFiles(adapter, base.name);
  const classes = adapter.head.classes;
  const { manifest } = await storeAdapter(blobs, base, {
    name: `task-${number}`,
    description: 'Random factors, for a bench.',
    licence: 'Apache-2.0',
    labels: classes.slice(1).map((name, i) => ({ value: i + 1, name, snomed: null })),
    metrics: [],
    provenance,
    files: { adapterConfig, adapterModel },
    // not a whole canary: 500 of them would be 2 GB of probabilities that nothing here reads
    golden: {
      input: encodeTensor('x', [1, 1], new Float32Array(1)),
      output: encodeTensor('probabilities', [1, 1], new Float32Array(1)),
      maxAbsDifference: 0,
      runtime,
    },
  });
  return writeManifest(blobs, manifest);
}

function randomAdapter(base: Sha256, number: number): Adapter {
  const random = new Random(number, 'compose-adapter');
  const values = (n: number): Float32Array =>
    Float32Array.from({ length: n }, () => random.uniform(-0.02, 0.02));
  const factors = pvtLayout(config).layers.map((layer): [string, LoraFactors] => [
    layer.name,
    { rank, scale: 1, a: values(rank * layer.in), b: values(rank * layer.out) },
  ]);
  const classes = ['background', ...organs(`task ${number}`, taskOrgans)];
  return { base, factors: new Map(factors), head: head(random, classes) };
}
