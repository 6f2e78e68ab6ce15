// From trained weights to the shipped folder: held-out phantoms, one real CT, the ruler along the body, a canary, the
// model card and the manifest. `node dist/bench/pvt-base/finish.js WORK_FOLDER` after train.js.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labelsFromBytes, sameGeometry, volumeFromBytes } from '@tomograph/imaging';
import {
  type CropCase,
  decodePvtBase,
  InferencePool,
  pvtLayout,
  segment,
  servingNetwork,
} from '@tomograph/models';
import { organLabels } from '@tomograph/phantom';
import { type BaseManifest, type Label, type Metric, manifestId } from '@tomograph/registry';
import {
  type BaseSession,
  baseManifest,
  bodyHeightMetric,
  type CaseScores,
  diceMetrics,
  diceOf,
  encodeTensor,
  encodeTestSet,
  maxTestCases,
  patchSource,
  runtimeOf,
  scoreCase,
  segmentVolume,
  shippedBaseName,
  writeBaseFolder,
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
const steps = Number(process.argv[3] ?? 1500);
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
await writeBaseFolder(
  folder,
  manifest,
  { weights, canary, card },
  encodeTestSet(held.slice(0, maxTestCases)),
);
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

/** One real CT on its own 3 mm grid, against the labels of its whole length; lungs and vertebrae are unions there too. */
async function realMetrics(): Promise<Metric[]> {
  const paths = [
    sharedData('ct_totalseg/example_ct.nii.gz'),
    sharedData('ct_totalseg/example_seg_fast_force_split.nii.gz'),
  ];
  const mapPath = sharedData('ct_totalseg/class_map.json');
  if (paths[0] === undefined || paths[1] === undefined || mapPath === undefined) return [];
  const volume = await volumeFromBytes(readFileSync(paths[0]));
  const truth = await labelsFromBytes(readFileSync(paths[1]));
  if (!sameGeometry(truth, volume)) throw new Error('the labels of the real CT are on another grid');
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
  return encodeTensor('x', [1, ...patch], x);
}

function manifestOf(found: readonly Metric[], canary: Uint8Array, card: Uint8Array): BaseManifest {
  return baseManifest(
    {
      name: shippedBaseName,
      description: `Pyramid vision transformer for CT at ${baseSpacingMm} mm, frozen; ${classes.length - 1} organs. Trained on computed phantoms only. Research use only.`,
      licence: 'Apache-2.0',
      spacingMm: baseSpacingMm,
      snomed: snomedOf,
      metrics: found,
      provenance: {
        origin: 'trained',
        createdAt: '2026-11-24T15:00:00.000Z',
        createdBy: 'bench/pvt-base/train.ts',
        code: null,
        seed: 20_261,
        steps,
        method:
          'soft Dice + cross entropy with deep supervision, AdamW, cosine rate; random crops of phantoms',
        data: {
          name: 'packages/phantom, contrast phases 0 to 3, deformation, sampled acquisition',
          digest: null,
          training: trainingSeeds.count,
          validation: 0,
          test: heldOutSeeds.count,
        },
        from: null,
      },
      data: {
        summary: `${trainingSeeds.count} computed bodies of packages/phantom at ${baseSpacingMm} mm: chest, abdomen, both, trunk; native to delayed contrast; findings, noise and deformation drawn per body. No patient's data.`,
        sources: [
          { name: 'packages/phantom (synthetic)', licence: 'Apache-2.0', cases: trainingSeeds.count },
        ],
      },
      runtime,
    },
    { weights, canary, card },
  );
}

function snomedOf(name: string): Label['snomed'] {
  const code = organLabels.find((label) => label.name === name)?.snomed;
  if (code !== undefined) {
    const words = name.replaceAll('_', ' ');
    return { code, display: words[0]!.toUpperCase() + words.slice(1) };
  }
  return snomedOfGroups[name] ?? null;
}
