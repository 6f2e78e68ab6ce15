// A synthetic scan of real anatomy: the phantom's tissues, textures and scanner on a label map drawn from a patient.
// Only the labels are real; no grey value of the patient is used. Unlabelled body is fat and muscle inside a hull.
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
    const rows = spans(labels, k, tissueOf, true);
    const columns = spans(labels, k, tissueOf, false);
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const at = i + nx * (j + ny * k);
        const own = tissueOf.get(labels.voxels[at]!);
        if (own !== undefined) {
          out[at] = own;
          continue;
        }
        if (marginMm === 0) continue;
        // depth inside the rectangle hull of the labelled part, negative outside
        const depth = Math.min(
          (i - rows.low[j]!) * spacing[0],
          (rows.high[j]! - i) * spacing[0],
          (j - columns.low[i]!) * spacing[1],
          (columns.high[i]! - j) * spacing[1],
        );
        if (!(depth > -marginMm)) continue;
        const layer =
          depth + 6 * noise.at((i * spacing[0]) / 14, (j * spacing[1]) / 14, (k * spacing[2]) / 14);
        out[at] = layer > -marginMm * 0.45 && layer < 6 ? muscle : fat;
      }
    }
  }
  return out;
}

/** First and last labelled voxel of every row or column of a slice, smoothed over its neighbours. */
function spans(
  labels: LabelVolume,
  k: number,
  tissueOf: Map<number, number>,
  rows: boolean,
): { low: Float64Array; high: Float64Array } {
  const [nx, ny] = labels.size;
  const [n, m] = rows ? [ny, nx] : [nx, ny];
  const low = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < m; b++) {
      const at = rows ? b + nx * (a + ny * k) : a + nx * (b + ny * k);
      if (!tissueOf.has(labels.voxels[at]!)) continue;
      low[a] = Math.min(low[a]!, b);
      high[a] = Math.max(high[a]!, b);
    }
  }
  return { low, high };
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
