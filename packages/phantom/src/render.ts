// The door: one seed and options to one study with its whole truth. Same seed, same options, same bytes.

import type { LabelVolume, Vec3, Volume } from '@tomograph/imaging';
import { Random } from '@tomograph/kernel';
import { ctTable, type Phase } from './body/tissue.js';
import { type Body, buildBody } from './build-body.js';
import { type FieldOfView, scanGrid } from './image/field-of-view.js';
import { rasterise } from './image/rasterise.js';
import { applyTissueChanges } from './lesion/abdominal.js';
import { describe, type Finding, type FindingName, sampleFindings } from './lesion/finding.js';
import { type Report, writeReport } from './report/report.js';

export interface RenderOptions {
  /** Voxels along each axis (default 64), or `spacingMm`. */
  readonly size?: number | Vec3;
  readonly spacingMm?: number | Vec3;
  /** Default 'chest-abdomen'. */
  readonly fov?: FieldOfView;
  readonly phase?: Phase | number;
  /** 'sampled' (default), 'none', or exactly these. */
  readonly findings?: 'sampled' | 'none' | readonly (FindingName | Finding)[];
  readonly supersample?: 1 | 2;
}

export interface Phantom {
  readonly seed: number;
  readonly volume: Volume;
  readonly spacingMm: Vec3;
  readonly labels: LabelVolume;
  readonly airways: LabelVolume;
  readonly vessels: LabelVolume;
  readonly instances: LabelVolume;
  readonly findings: readonly Finding[];
  readonly report: Report;
  readonly body: Body;
}

export function render(seed: number, options: RenderOptions = {}): Phantom {
  const random = new Random(seed, 'phantom');
  const findings = chooseFindings(random, options.findings ?? 'sampled');
  const body = buildBody(random, findings);
  const grid = scanGrid(body.subject, { fov: 'chest-abdomen', ...options });
  const table = ctTable(options.phase ?? 'portal');
  applyTissueChanges(table, findings);
  const raster = rasterise(body, grid, random, {
    table,
    spacingMm: grid.spacingMm,
    ...(options.supersample === undefined ? {} : { supersample: options.supersample }),
  });
  const voxels = Int16Array.from(raster.values, (v) => Math.round(Math.max(-1024, Math.min(3071, v))));
  const { size, affine } = grid;
  return {
    seed,
    volume: { size, affine, voxels },
    spacingMm: grid.spacingMm,
    labels: { size, affine, voxels: raster.labels },
    airways: { size, affine, voxels: raster.airways },
    vessels: { size, affine, voxels: raster.vessels },
    instances: { size, affine, voxels: raster.instances },
    findings,
    report: writeReport(findings, random),
    body,
  };
}

function chooseFindings(random: Random, asked: NonNullable<RenderOptions['findings']>): readonly Finding[] {
  if (asked === 'sampled') return sampleFindings(random);
  if (asked === 'none') return [];
  return asked.map((f) => (typeof f === 'string' ? describe(f, random.fork(`asked-${f}`)) : f));
}
