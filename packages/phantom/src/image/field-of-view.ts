// Which box of the subject is scanned, and on what grid. LPS mm; i runs to the left, j to posterior, k to cranial.

import type { Affine, Grid, Vec3 } from '@tomograph/imaging';
import { AppError } from '@tomograph/kernel';
import type { Subject } from '../body/subject.js';
import { toSubject } from '../body/subject.js';

export const fieldsOfView = ['chest', 'abdomen', 'chest-abdomen', 'trunk'] as const;
export type FieldOfView =
  | (typeof fieldsOfView)[number]
  | { readonly centreMm: Vec3; readonly extentMm: Vec3 };

/** Canonical centre and extent of each preset, mm. */
const presets: Readonly<Record<(typeof fieldsOfView)[number], readonly [Vec3, Vec3]>> = {
  chest: [
    [0, -14, -46],
    [392, 296, 316],
  ],
  abdomen: [
    [0, -14, -228],
    [384, 300, 300],
  ],
  'chest-abdomen': [
    [0, -14, -95],
    [396, 300, 470],
  ],
  trunk: [
    [0, -12, -172],
    [400, 300, 624],
  ],
};

const MAX_VOXELS = 512 * 512 * 512;

export interface GridOptions {
  readonly fov: FieldOfView;
  /** Voxels along each axis; with `spacingMm` it is computed. */
  readonly size?: number | Vec3;
  readonly spacingMm?: number | Vec3;
  /** Centre shift in canonical mm: truncated or off-centre fields. */
  readonly shiftMm?: Vec3;
}

/** The grid of a scan of this subject: the box grows with the patient, as the technologist would choose it. */
export function scanGrid(subject: Subject, options: GridOptions): Grid & { readonly spacingMm: Vec3 } {
  const { fov } = options;
  let centre: Vec3;
  let extent: Vec3;
  if (typeof fov === 'string') {
    const [at, size] = presets[fov];
    const p = subject.parameters;
    const factor: Vec3 = [p['girth']!, p['depth']!, p['heightCm']! / 175];
    centre = toSubject(subject, at);
    // the belly of a fat patient is wider than the scale of the skeleton says
    const belly = Math.max(0, (p['fatMm']! - 14) * 1.6);
    extent = [
      size[0] * factor[0] + (fov === 'chest' ? 0 : belly * 0.6),
      size[1] * factor[1] + belly,
      size[2] * factor[2],
    ];
  } else {
    centre = fov.centreMm;
    extent = fov.extentMm;
  }
  const shift = options.shiftMm ?? [0, 0, 0];
  const three = (v: number | Vec3): Vec3 => (typeof v === 'number' ? [v, v, v] : v);
  const asked = options.spacingMm === undefined ? undefined : three(options.spacingMm);
  const size =
    asked === undefined
      ? three(options.size ?? 64)
      : ([0, 1, 2].map((k) => Math.max(1, Math.round(extent[k]! / asked[k]!))) as unknown as Vec3);
  const spacingMm = asked ?? ([0, 1, 2].map((k) => extent[k]! / size[k]!) as unknown as Vec3);
  check(size, spacingMm);
  const origin = [0, 1, 2].map((k) => centre[k]! + shift[k]! - ((size[k]! - 1) / 2) * spacingMm[k]!);
  const affine: Affine = [
    spacingMm[0],
    0,
    0,
    origin[0]!,
    0,
    spacingMm[1],
    0,
    origin[1]!,
    0,
    0,
    spacingMm[2],
    origin[2]!,
  ];
  return { size, affine, spacingMm };
}

function check(size: Vec3, spacingMm: Vec3): void {
  const voxels = size[0] * size[1] * size[2];
  const sane =
    size.every((n) => Number.isInteger(n) && n >= 1) && spacingMm.every((s) => s > 0.05 && s < 100);
  if (!sane || voxels > MAX_VOXELS) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `phantom grid of ${size.join('x')} voxels at ${spacingMm.map((s) => s.toFixed(2)).join('x')} mm: expected whole extents, 0.05-100 mm, at most ${MAX_VOXELS} voxels; choose a smaller size`,
      facts: { size: [...size], spacingMm: [...spacingMm] },
    });
  }
}
