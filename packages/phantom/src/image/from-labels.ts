// A synthetic scan of real anatomy: the phantom's tissues, textures and scanner on a label map drawn from a patient.
// Only the labels are real; no grey value of the patient is used. Unlabelled body is fat and muscle inside a convex hull.
import type { Grid, LabelVolume, Vec3, Volume } from '@tomograph/imaging';
import { AppError, Random } from '@tomograph/kernel';
import { ctTable, type Phase, type TissueName, type TissueTable, tissue } from '../body/tissue.js';
import { type Acquisition, acquire, idealAcquisition, sampleAcquisition } from './acquisition.js';
import { mrProtocols, mrTable } from './mr.js';
import { fullRandomisation, randomTable } from './randomisation.js';
import { ValueNoise } from './value-noise.js';

export interface FromLabelsOptions {
  /** Name of each label number: TotalSegmentator names, or any of those in `tissueOfName`. Unknown numbers are left out. */
  readonly names: Readonly<Record<number, string>>;
  readonly phase?: Phase | number;
  readonly modality?: 'ct' | keyof typeof mrProtocols;
  readonly acquisition?: 'ideal' | 'sampled' | Partial<Acquisition>;
  readonly randomise?: boolean;
  /** Fat and muscle around what is labelled, mm; 0 = nothing. Default 22. */
  readonly bodyMarginMm?: number;
}

const MAX_VOXELS = 512 * 512 * 512;

/** Tissue of a label name; undefined where the phantom has none for it. */
export function tissueOfName(name: string): TissueName | undefined {
  const rules: readonly (readonly [RegExp, TissueName])[] = [
    [/lung|lobe/, 'lung'],
    [/trachea|airway|bronch/, 'air'],
    [/^liver|hepatic_segment/, 'liver'],
    [/spleen$/, 'spleen'],
    [/cyst/, 'fluid'],
    [/kidney/, 'kidney-cortex'],
    [/gallbladder/, 'bile'],
    [/pancreas/, 'pancreas'],
    [/adrenal/, 'adrenal'],
    [/stomach/, 'food'],
    [/colon/, 'stool'],
    [/esophagus|duodenum|bowel/, 'bowel-wall'],
    [/bladder/, 'urine'],
    [/prostate/, 'prostate'],
    [/portal|splenic_vein/, 'blood-portal'],
    [/pulmonary_artery/, 'blood-pulmonary-artery'],
    [/pulmonary_vein/, 'blood-pulmonary-vein'],
    [/vena|vein/, 'blood-vein'],
    [/aorta|artery|brachiocephalic_trunk|atrial|vessel/, 'blood-left'],
    [/heart/, 'myocardium'],
    [/thyroid/, 'thyroid'],
    [/spinal_cord|brain/, 'cord'],
    [/cartilage/, 'cartilage'],
    [/intervertebral|disc/, 'disc'],
    [/vertebra|rib|sternum|clavic|scapul|humer|femur|hip|sacrum|skull|bone/, 'marrow'],
    [/autochthon|iliopsoas|gluteus|muscle/, 'muscle'],
    [/nodule|lesion|tumou?r/, 'lesion-solid'],
    [/node/, 'node'],
    [/pleura|fissure/, 'connective'],
    [/fat/, 'fat'],
  ];
  return rules.find(([pattern]) => pattern.test(name))?.[1];
}

/**
 * HU (or MR-like signal) on the grid of the labels; trilinear mixing at borders stands for partial volume.
 * @throws AppError INVALID_ARGUMENT when no label number has a known tissue, LIMIT_EXCEEDED above 512³ voxels
 */
export function renderFromLabels(labels: LabelVolume, seed: number, options: FromLabelsOptions): Volume {
  const random = new Random(seed | 0, 'from-labels');
  const [nx, ny, nz] = labels.size;
  if (nx * ny * nz > MAX_VOXELS || labels.voxels.length !== nx * ny * nz) {
    throw new AppError('LIMIT_EXCEEDED', {
      message: `label map of ${labels.size.join('x')} with ${labels.voxels.length} voxels: expected matching extents of at most ${MAX_VOXELS} voxels`,
      facts: { size: [...labels.size] },
    });
  }
  const tissueOf = tissueMap(options.names);
  const table = chooseTable(random, options);
  const spacing = [0, 1, 2].map((k) =>
    Math.hypot(labels.affine[k]!, labels.affine[4 + k]!, labels.affine[8 + k]!),
  ) as unknown as Vec3;
  const tissues = bodyTissues(
    labels,
    spacing,
    tissueOf,
    options.bodyMarginMm ?? 22,
    new ValueNoise(random.fork('layers')),
  );
  const values = mixTissues(tissues, labels, spacing, table, random);
  const asked = options.acquisition ?? 'ideal';
  const acquisition =
    asked === 'ideal'
      ? idealAcquisition
      : asked === 'sampled'
        ? sampleAcquisition(random)
        : { ...idealAcquisition, ...asked };
  // tables and streaks need a known patient position: real label maps come in any orientation
  acquire(values, labels, spacing, { ...acquisition, table: false, circleMm: 0 }, random);
  const { size, affine } = labels;
  return {
    size,
    affine,
    voxels: Int16Array.from(values, (v) => Math.round(Math.max(-1024, Math.min(3071, v)))),
  };
}

function tissueMap(names: Readonly<Record<number, string>>): Map<number, number> {
  const map = new Map<number, number>();
  for (const [number, name] of Object.entries(names)) {
    const found = tissueOfName(name);
    if (found !== undefined) map.set(Number(number), tissue(found));
  }
  if (map.size === 0) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `none of ${Object.keys(names).length} label names is known to the phantom: use TotalSegmentator names such as liver or lung_upper_lobe_left`,
    });
  }
  return map;
}

function chooseTable(random: Random, options: FromLabelsOptions): TissueTable {
  const { modality = 'ct' } = options;
  const table = modality === 'ct' ? ctTable(options.phase ?? 'portal') : mrTable(mrProtocols[modality]);
  return options.randomise ? randomTable(table, random, fullRandomisation) : table;
}

/** Tissue number of every voxel: labels, then a hull of muscle and fat, then air. */
function bodyTissues(
  labels: LabelVolume,
  spacing: Vec3,
  tissueOf: Map<number, number>,
  marginMm: number,
  noise: ValueNoise,
): Uint8Array {
  const [nx, ny, nz] = labels.size;
  const out = new Uint8Array(labels.voxels.length); // 0 = air
  const [fat, muscle] = [tissue('fat'), tissue('muscle')];
  for (let k = 0; k < nz; k++) {
    const depth = hullDepth(labels, k, spacing, tissueOf);
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const at = i + nx * (j + ny * k);
        const own = tissueOf.get(labels.voxels[at]!);
        if (own !== undefined) {
          out[at] = own;
          continue;
        }
        if (marginMm === 0) continue;
        const [x, y] = [i * spacing[0], j * spacing[1]];
        const inside = depth(x, y);
        if (!(inside > -marginMm)) continue;
        const layer = inside + 6 * noise.at(x / 14, y / 14, (k * spacing[2]) / 14);
        out[at] = layer > -marginMm * 0.45 && layer < 6 ? muscle : fat;
      }
    }
  }
  return out;
}

/**
 * Depth below the convex hull of a slice's labelled voxels, mm; negative outside (there the largest distance to an edge's
 * line, which is never more than the distance to the hull). A slice without labels has none: -Infinity.
 */
function hullDepth(
  labels: LabelVolume,
  k: number,
  spacing: Vec3,
  tissueOf: Map<number, number>,
): (x: number, y: number) => number {
  const [nx, ny] = labels.size;
  const points: [x: number, y: number][] = []; // ends of every row: what the hull can touch, sorted by y, then x
  for (let j = 0; j < ny; j++) {
    let [low, high] = [nx, -1];
    for (let i = 0; i < nx; i++) {
      if (!tissueOf.has(labels.voxels[i + nx * (j + ny * k)]!)) continue;
      if (high < 0) low = i;
      high = i;
    }
    if (high < 0) continue;
    points.push([low * spacing[0], j * spacing[1]]);
    if (high > low) points.push([high * spacing[0], j * spacing[1]]);
  }
  const half = (sorted: readonly [number, number][]) => {
    const chain: [number, number][] = [];
    for (const p of sorted) {
      while (chain.length > 1 && turn(chain.at(-2)!, chain.at(-1)!, p) <= 0) chain.pop();
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  const corners = [...half(points), ...half([...points].reverse())];
  if (corners.length < 3) return () => Number.NEGATIVE_INFINITY;
  // inward unit normal and offset of every edge
  const edges = corners.map(([ax, ay], n) => {
    const [bx, by] = corners[(n + 1) % corners.length]!;
    const length = Math.hypot(bx - ax, by - ay);
    const [u, v] = [-(by - ay) / length, (bx - ax) / length];
    return [u, v, u * ax + v * ay] as const;
  });
  return (x, y) => {
    let depth = Number.POSITIVE_INFINITY;
    for (const [u, v, offset] of edges) depth = Math.min(depth, u * x + v * y - offset);
    return depth;
  };
}

/** Twice the signed area of a triangle: positive for a turn to the left. */
function turn(
  a: readonly [number, number],
  b: readonly [number, number],
  c: readonly [number, number],
): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** Mean of the tissues of a voxel and its six neighbours (4:1), with texture; lungs get a net of vessels. */
function mixTissues(
  tissues: Uint8Array,
  grid: Grid,
  spacing: Vec3,
  table: TissueTable,
  random: Random,
): Float32Array {
  const [nx, ny, nz] = grid.size;
  const values = new Float32Array(tissues.length);
  const texture = new ValueNoise(random.fork('texture'));
  const net = new ValueNoise(random.fork('net'));
  const [lung, blood] = [tissue('lung'), tissue('blood-pulmonary-artery')];
  const strides = [1, nx, nx * ny];
  let at = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, at++) {
        const own = tissues[at]!;
        const [x, y, z] = [i * spacing[0], j * spacing[1], k * spacing[2]];
        let sum = 4 * table.mean[own]!;
        [i, j, k].forEach((index, axis) => {
          const last = [nx, ny, nz][axis]! - 1;
          sum += table.mean[tissues[index > 0 ? at - strides[axis]! : at]!]!;
          sum += table.mean[tissues[index < last ? at + strides[axis]! : at]!]!;
        });
        let value = sum / 10 + table.texture[own]! * texture.at(x / 5, y / 5, z / 5);
        if (own === lung) {
          // vessels: where two noise fields are both near zero lies a net of curves
          const [a, b] = [net.at(x / 16, y / 16, z / 16), net.at(y / 15 + 9, z / 15, x / 15)];
          const d = Math.sqrt(a * a + b * b);
          if (d < 0.28) value += (table.mean[blood]! - value) * (1 - d / 0.28) * 0.7;
        }
        values[at] = value;
      }
    }
  }
  return values;
}
