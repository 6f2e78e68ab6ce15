// From trained weights to the shipped folder: held-out phantoms, one real CT, the ruler along the body, a canary, the
// model card and the manifest. `node dist/bench/pvt-base/finish.js WORK_FOLDER` after train.js.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { labelsFromBytes, volumeFromBytes } from '@tomograph/imaging';
import { f32Tensor, sha256, writeTensorFile } from '@tomograph/kernel';
import {
  type CropCase,
  ctNormalisation,
  decodePvtBase,
  InferencePool,
  pvtLayout,
  segment,
  servingNetwork,
} from '@tomograph/models';
import { organLabels } from '@tomograph/phantom';
import {
  type BaseManifest,
  checkManifest,
  encodeDocument,
  type Label,
  type Metric,
  manifestId,
} from '@tomograph/registry';
import {
  type BaseSession,
  bodyHeightMetric,
  type CaseScores,
  diceMetrics,
  diceOf,
  patchSource,
  runtimeOf,
  scoreCase,
  segmentVolume,
} from '@tomograph/worker';
import { repositoryRoot, sharedData } from '../../tests/shared-data.js';
import { modelCard } from './model-card.js';
import {
  baseOrgans,
  baseSpacingMm,
  heldOutSeeds,
  phantomCase,
  trainingSeeds,
  withOrgans,
} from './phantom-cases.js';

const heldOutData = 'held-out phantoms';
const realData = 'TotalSegmentator example CT (real, labels are model output)';
/** Of the unions that are no single phantom label. */
const snomedOfGroups: Readonly<Record<string, Label['snomed']>> = {
  lung_right: { code: '3341006', display: 'Right lung' },
  lung_left: { code: '44029006', display: 'Left lung' },
  heart: { code: '80891009', display: 'Heart' },
  vertebrae: { code: '51282000', display: 'Vertebra' },
};

const folder = join(repositoryRoot(), 'weights', 'pvt-base');
const work = process.argv[2]!;
const steps = Number(process.argv[3] ?? 3000);
const weights = readFileSync(join(folder, 'base.safetensors'));
const base = decodePvtBase(weights);
const { bytes: graph, layout } = servingNetwork(base);
const runtime = runtimeOf({ provider: 'cpu', threads: 1 });
const classes = base.head.classes;

const held = Array.from({ length: heldOutSeeds.count }, (_, i) =>
  withOrgans(phantomCase(heldOutSeeds.first + i, join(work, 'cases')), baseOrgans),
);
const draft = manifestOf([], new Uint8Array(), new Uint8Array());
await using pool = await InferencePool.create(graph, { threads: 1 });
const session: BaseSession = { id: manifestId(draft), manifest: draft, base, layout, pool };
const scores: CaseScores[] = [];
for (const item of held) scores.push(scoreCase(await segmentCase(item), item.labels, classes));
const metrics = [...diceMetrics(scores, heldOutData), ...(await realMetrics()), ...bodyHeights()];
for (const { structure, value, n, data } of metrics)
  console.error(`${data}: ${structure ?? 'mean'} ${value.toFixed(3)} (n = ${n})`);

const canary = canaryOf(held[0]!);
const counted = pvtLayout(base.config).entries.reduce((n, { size }) => n + size, 0);
const card = new TextEncoder().encode(
  modelCard({
    digest: base.digest,
    metrics,
    heldOutData,
    realData,
    steps,
    parameters: counted,
    config: base.config,
  }),
);
const manifest = manifestOf(metrics, canary, card);
writeFileSync(join(folder, 'canary.safetensors'), canary);
writeFileSync(join(folder, 'README.md'), card);
writeFileSync(join(folder, 'manifest.json'), encodeDocument(manifest));
console.error(`manifest ${manifestId(manifest)}`);

async function segmentCase({
  size: [nz, ny, nx],
  image,
}: Pick<CropCase, 'size' | 'image'>): Promise<Uint8Array> {
  const source = patchSource({ size: [nx, ny, nz], voxels: image }, draft.preprocessing);
  const [mask] = await segment(source, [{ name: 'base', head: base.head }], {
    pool,
    layout,
    patch: base.config.size,
  });
  return mask!.labels;
}

/** One real CT on its own 3 mm grid; heart and lungs only where the example's unions make them. */
async function realMetrics(): Promise<Metric[]> {
  const paths = [sharedData('ct_totalseg/example_ct.nii.gz'), sharedData('ct_totalseg/example_seg.nii.gz')];
  const mapPath = sharedData('ct_totalseg/class_map.json');
  if (paths[0] === undefined || paths[1] === undefined || mapPath === undefined) return [];
  const volume = await volumeFromBytes(readFileSync(paths[0]));
  const truth = await labelsFromBytes(readFileSync(paths[1]));
  const names = JSON.parse(readFileSync(mapPath, 'utf8')).total as Record<string, string>;
  const found = await segmentVolume(
    volume,
    session,
    [{ model: 'pvt-base', version: 1, manifest: session.id }],
    { withSegments: false },
  );
  const members: Record<string, (name: string) => boolean> = {
    lung_right: (name) => /^lung_.*_right$/.test(name),
    lung_left: (name) => /^lung_.*_left$/.test(name),
    vertebrae: (name) => name.startsWith('vertebrae_'),
  };
  const value = (name: string): number =>
    found.structures.find((structure) => structure.name === name)!.value;
  const score = new Map(
    classes.slice(1).map((organ) => {
      const isMember = members[organ] ?? ((name: string) => name === organ);
      const wanted = new Set(
        Object.entries(names).flatMap(([id, name]) => (isMember(name) ? [Number(id)] : [])),
      );
      const mask = truth.voxels.map((id) => (wanted.has(id) ? 1 : 0));
      if (!mask.includes(1)) return [organ, undefined] as const;
      const mine = found.labels.voxels.map((label) => (label === value(organ) ? 1 : 0));
      return [organ, diceOf(mine, mask, 1)] as const;
    }),
  );
  return diceMetrics([score], realData);
}

/** Mean height of every organ's centre above the liver's, over training bodies that show both whole. */
function bodyHeights(): Metric[] {
  const sums = new Map<string, { sum: number; n: number }>();
  for (let i = 0; i < trainingSeeds.count; i++) {
    const item = withOrgans(phantomCase(trainingSeeds.first + i, join(work, 'cases')), baseOrgans);
    const centres = classes.map((_, label) => (label === 0 ? undefined : wholeCentre(item, label)));
    const zero = centres[classes.indexOf('liver')];
    if (zero === undefined) continue;
    classes.forEach((organ, label) => {
      const centre = centres[label];
      if (centre === undefined || organ === 'vertebrae' || organ === 'aorta') return; // their ends are the scan's
      const { sum, n } = sums.get(organ) ?? { sum: 0, n: 0 };
      sums.set(organ, { sum: sum + (centre - zero) * baseSpacingMm, n: n + 1 });
    });
  }
  return [...sums].map(([structure, { sum, n }]) => ({
    name: bodyHeightMetric,
    structure,
    value: Math.round((10 * sum) / n) / 10,
    unit: 'mm',
    n,
    interval: null,
    data: 'training phantoms',
  }));
}

function wholeCentre({ size: [nz, ny, nx], labels }: CropCase, label: number): number | undefined {
  const perSlice = Array.from({ length: nz }, () => 0);
  labels.forEach((value, i) => {
    if (value === label) perSlice[Math.floor(i / (nx * ny))]!++;
  });
  const total = perSlice.reduce((a, b) => a + b, 0);
  if (total < 100 || perSlice[0]! + perSlice[nz - 1]! > 0) return undefined;
  return perSlice.reduce((sum, n, z) => sum + n * z, 0) / total;
}

/** One patch of a held-out phantom: what certificates replay on the base. */
function canaryOf({ size: [nz, ny, nx], image }: CropCase): Uint8Array {
  const patch = base.config.size;
  const x = new Float32Array(patch[0] * patch[1] * patch[2]);
  const source = patchSource({ size: [nx, ny, nz], voxels: image }, draft.preprocessing);
  const origin = [nz, ny, nx].map((extent, a) => Math.max(0, Math.floor((extent - patch[a]!) / 2)));
  void source.read(origin as unknown as typeof patch, patch, x);
  return writeTensorFile(new Map([['x', f32Tensor([1, ...patch], x)]]), { format: 'pt' });
}

function manifestOf(found: readonly Metric[], canaryBytes: Uint8Array, cardBytes: Uint8Array): BaseManifest {
  const { entries, layers } = pvtLayout(base.config);
  const { low, high, mean, sd } = ctNormalisation;
  const f32 = 'float32' as const;
  const blob = (role: string, bytes: Uint8Array, mediaType: string) => ({
    role,
    digest: sha256(bytes),
    bytes: bytes.length,
    mediaType,
  });
  return checkManifest({
    formatVersion: 1,
    kind: 'base',
    name: 'pvt-base',
    description: `Pyramid vision transformer for CT at ${baseSpacingMm} mm, frozen; ${classes.length - 1} organs. Trained on computed phantoms only. Research use only.`,
    licence: 'Apache-2.0',
    labels: classes.slice(1).map((name, at) => ({ value: at + 1, name, snomed: snomedOf(name) })),
    metrics: [...found],
    provenance: {
      origin: 'trained',
      createdAt: '2026-11-24T12:00:00.000Z',
      createdBy: 'bench/pvt-base/train.ts',
      code: null,
      seed: 20_261,
      steps,
      method: 'soft Dice + cross entropy with deep supervision, AdamW, cosine rate; random crops of phantoms',
      data: {
        name: 'packages/phantom, contrast phases 0 to 3, deformation, sampled acquisition',
        digest: null,
        training: trainingSeeds.count,
        validation: 0,
        test: heldOutSeeds.count,
      },
      from: null,
    },
    parameters: entries.reduce((n, { size }) => n + size, 0),
    layers: layers.map(({ name, type, in: input, out }) => ({
      name,
      type,
      in: input,
      out,
      kernel: [1, 1, 1],
    })),
    head: { module: 'head', features: base.config.features },
    inputs: [
      {
        name: 'x',
        dtype: f32,
        shape: ['batch', ...base.config.size],
        unit: 'HU, normalised',
        meaning: 'a patch, z y x',
      },
      {
        name: 'lora',
        dtype: f32,
        shape: ['rank', 'width'],
        unit: '1',
        meaning: 'packed low-rank factors; rank 0 is the base',
      },
      {
        name: 'head.weight',
        dtype: f32,
        shape: [base.config.features, 'classes'],
        unit: '1',
        meaning: 'the head of the task',
      },
      { name: 'head.bias', dtype: f32, shape: ['classes'], unit: '1', meaning: 'the head of the task' },
    ],
    outputs: [
      {
        name: 'probabilities',
        dtype: f32,
        shape: ['voxels', 'classes'],
        unit: 'probability',
        meaning: 'softmax over classes',
      },
    ],
    preprocessing: {
      orientation: 'LPS',
      spacingMmXyz: [baseSpacingMm, baseSpacingMm, baseSpacingMm],
      patchZyx: [...base.config.size],
      clip: { low, high },
      normalise: { mean, sd },
      unit: 'HU',
      overlap: 0.5,
    },
    runtime,
    data: {
      summary: `${trainingSeeds.count} computed bodies of packages/phantom at ${baseSpacingMm} mm: chest, abdomen, both, trunk; native to delayed contrast; findings, noise and deformation drawn per body. No patient's data.`,
      sources: [{ name: 'packages/phantom (synthetic)', licence: 'Apache-2.0', cases: trainingSeeds.count }],
    },
    golden: null,
    blobs: [
      blob('weights', weights, 'application/vnd.safetensors'),
      blob('graph', graph, 'application/onnx'),
      blob('golden-input', canaryBytes, 'application/vnd.safetensors'),
      blob('card', cardBytes, 'text/markdown'),
    ],
  }) as BaseManifest;
}

function snomedOf(name: string): Label['snomed'] {
  const code = organLabels.find((label) => label.name === name)?.snomed;
  if (code !== undefined) {
    const words = name.replaceAll('_', ' ');
    return { code, display: words[0]!.toUpperCase() + words.slice(1) };
  }
  return snomedOfGroups[name] ?? null;
}
