// The door: one seed and options to one study with its whole truth. Same seed, same options, same bytes.
import type { Image2d, LabelVolume, Vec3, Volume } from '@tomograph/imaging';
import { AppError, Random } from '@tomograph/kernel';
import {
  type DisplacementField,
  type FollowUpOptions,
  fieldGrid,
  followUpMap,
  sampleField,
} from './body/follow-up.js';
import { ctTable, type Phase } from './body/tissue.js';
import { ChainMap, type SpatialMap } from './body/warp.js';
import { type Body, buildBody } from './build-body.js';
import { type Acquisition, acquire, idealAcquisition, sampleAcquisition } from './image/acquisition.js';
import { type DrrOptions, displayXray, plainLook, projectVolume, type XrayLook } from './image/drr.js';
import { type FieldOfView, scanGrid } from './image/field-of-view.js';
import { mrProtocols, renderMr } from './image/mr.js';
import { fullRandomisation, type Randomisation, randomTable, randomWarp } from './image/randomisation.js';
import { type Raster, rasterise } from './image/rasterise.js';
import { applyTissueChanges } from './lesion/abdominal.js';
import { describe, type Finding, type FindingName, sampleFindings } from './lesion/finding.js';
import { type Report, writeComparison, writeReport } from './report/report.js';
import {
  type AirwayBranch,
  type Landmark,
  placement,
  type ScanInstance,
  scanAirways,
  scanInstances,
  scanLandmarks,
  scanVessels,
  type VesselBranch,
} from './truth.js';

export type PhantomModality = 'ct' | keyof typeof mrProtocols;

export interface RenderOptions {
  /** Voxels along each axis (default 64 cubed), or `spacingMm`. */
  readonly size?: number | Vec3;
  readonly spacingMm?: number | Vec3;
  /** Default 'chest-abdomen'. */
  readonly fov?: FieldOfView;
  /** Moves the field of view, mm. */
  readonly shiftMm?: Vec3;
  /** Contrast phase, or a number 0 (native) to 3 (delayed). Default 'portal'. Changes nothing but grey values. */
  readonly phase?: Phase | number;
  readonly modality?: PhantomModality;
  /** 'sampled' (default), 'none', or exactly these. */
  readonly findings?: 'sampled' | 'none' | readonly (FindingName | Finding)[];
  /** 'ideal' (default: no noise), 'sampled', or a choice over the ideal one. CT only. */
  readonly acquisition?: 'ideal' | 'sampled' | Partial<Acquisition>;
  /** Renders the second scan of the subject; the baseline is the same call without it. */
  readonly followUp?: FollowUpOptions;
  readonly randomise?: boolean | Partial<Randomisation>;
  /** 2 = 2x2x2 evaluations near surfaces; 1 (default) = one, with analytic coverage. */
  readonly supersample?: 1 | 2;
  /** Slices done, of all. */
  readonly onProgress?: (done: number, of: number) => void;
}

export interface Phantom {
  readonly seed: number;
  readonly modality: PhantomModality;
  /** HU for CT, signal ≥ 0 for MR-like. */
  readonly volume: Volume;
  readonly spacingMm: Vec3;
  /** Organ numbers of `organLabels`. */
  readonly labels: LabelVolume;
  /** Airway branch id + 1; 0 = no airway. */
  readonly airways: LabelVolume;
  /** 1 artery, 2 vein. */
  readonly vessels: LabelVolume;
  /** Instance ids of `lesions`. */
  readonly instances: LabelVolume;
  readonly lesions: readonly ScanInstance[];
  readonly landmarks: readonly Landmark[];
  readonly centrelines: {
    readonly airways: readonly AirwayBranch[];
    readonly vessels: readonly VesselBranch[];
  };
  readonly findings: readonly Finding[];
  readonly report: Report;
  readonly subject: {
    readonly sex: 'FEMALE' | 'MALE';
    readonly ageYears: number;
    readonly heightCm: number;
    readonly parameters: Readonly<Record<string, number>>;
  };
  readonly acquisition: Acquisition;
  /** Follow-up only: fields between baseline and follow-up on a grid of at least 5 mm. */
  readonly phi?: DisplacementField;
  /** Scan mm -> canonical mm, exact: two subjects' points with equal images correspond. */
  readonly toCanonical: SpatialMap;
  readonly body: Body;
}

/**
 * Renders one study. LPS mm; voxel (i, j, k) at i + nx*(j + ny*k); i to the left, j to posterior, k to cranial.
 * @throws AppError INVALID_ARGUMENT for a grid or options outside their range
 */
export function render(seed: number, options: RenderOptions = {}): Phantom {
  if (!Number.isInteger(seed)) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `phantom seed ${seed}: expected a whole number`,
      facts: { seed },
    });
  }
  const random = new Random(seed | 0, 'phantom');
  const findings = chooseFindings(random, options.findings ?? 'sampled');
  const follow = options.followUp;
  const days = follow?.days ?? 180;
  const body = buildBody(
    random,
    findings,
    follow === undefined
      ? {}
      : { days, newLesions: follow.newLesions ?? 0, vanishedShare: follow.vanishedShare ?? 0.1 },
  );
  const { parameters } = body.subject;
  const grid = scanGrid(body.subject, { fov: 'chest-abdomen', ...options });
  const map =
    follow === undefined
      ? undefined
      : followUpMap(random, follow, [
          parameters['girth']!,
          parameters['depth']!,
          parameters['heightCm']! / 175,
        ]);
  const randomise = chosenRandomisation(options.randomise);
  const warp = randomise?.deformation ? randomWarp(random) : undefined;
  const pull = map !== undefined && warp !== undefined ? new ChainMap([warp, map]) : (map ?? warp);
  const acquisition = chooseAcquisition(random, options.acquisition ?? 'ideal');
  const modality = options.modality ?? 'ct';
  const raster =
    modality === 'ct'
      ? renderCt(body, grid, random, { options, findings, acquisition, randomise, pull })
      : renderMr(body, grid, random, mrProtocols[modality], pull);
  const place = placement(body, pull);
  const lesions = scanInstances(body, place);
  const airways = scanAirways(body, place);
  traceCentrelines(raster.airways, grid, airways);
  const report = writeReport(findings, random);
  const { size, affine } = grid;
  const asLabels = (voxels: Uint16Array): LabelVolume => ({ size, affine, voxels });
  return {
    seed,
    modality,
    volume: { size, affine, voxels: toInt16(raster.values) },
    spacingMm: grid.spacingMm,
    labels: asLabels(raster.labels),
    airways: asLabels(raster.airways),
    vessels: asLabels(raster.vessels),
    instances: asLabels(raster.instances),
    lesions,
    landmarks: scanLandmarks(body, place, grid),
    centrelines: { airways, vessels: scanVessels(body, place) },
    findings,
    report: follow === undefined ? report : writeComparison(report, lesions, days),
    subject: {
      sex: body.subject.sex,
      ageYears: body.subject.ageYears,
      heightCm: body.subject.heightCm,
      parameters,
    },
    acquisition,
    ...(map === undefined ? {} : { phi: sampleField(map, fieldGrid(grid, 5)) }),
    toCanonical:
      pull === undefined ? body.subject.toCanonical : new ChainMap([pull, body.subject.toCanonical]),
    body,
  };
}

/** X-ray of the rendered volume (CT only): line integrals and the displayed image, 0..1, dense = bright. */
export function renderXray(
  phantom: Phantom,
  options: DrrOptions & { readonly look?: Partial<XrayLook> | 'sampled' },
): { lineIntegrals: Image2d; display: Image2d } {
  if (phantom.modality !== 'ct') {
    throw new AppError('INVALID_ARGUMENT', {
      message: `X-ray of a ${phantom.modality} phantom: attenuation is known for CT only; render modality 'ct'`,
      facts: { modality: phantom.modality },
    });
  }
  const random = new Random(phantom.seed | 0, `xray-${options.view}`);
  const look =
    options.look === 'sampled'
      ? {
          gamma: random.uniform(1.1, 1.9),
          noise: random.uniform(0.004, 0.02),
          collimation: random.uniform(0.94, 1),
        }
      : { ...plainLook, ...options.look };
  const lineIntegrals = projectVolume(phantom.volume, options);
  return { lineIntegrals, display: displayXray(lineIntegrals, look, random) };
}

interface CtChoice {
  readonly options: RenderOptions;
  readonly findings: readonly Finding[];
  readonly acquisition: Acquisition;
  readonly randomise: Randomisation | undefined;
  readonly pull: SpatialMap | undefined;
}

function renderCt(body: Body, grid: ReturnType<typeof scanGrid>, random: Random, choice: CtChoice): Raster {
  const { options, acquisition, randomise, pull } = choice;
  const base = ctTable(options.phase ?? 'portal');
  applyTissueChanges(base, choice.findings);
  const table = randomise === undefined ? base : randomTable(base, random, randomise);
  const thick = acquisition.sliceMm / grid.spacingMm[2];
  const raster = rasterise(body, grid, random, {
    table,
    spacingMm: grid.spacingMm,
    ...(pull === undefined ? {} : { pull }),
    ...(options.supersample === undefined ? {} : { supersample: options.supersample }),
    ...(thick > 1.2 ? { sliceProfile: thick, zSamples: Math.min(6, Math.ceil(thick * 2)) } : {}),
    ...(options.onProgress === undefined ? {} : { onSlice: options.onProgress }),
  });
  const extra = randomise?.resolution
    ? {
        ...acquisition,
        kernelSigmaMm: random.fork('resolution').uniform(0, 3),
        noiseHu: Math.max(acquisition.noiseHu, 20),
      }
    : acquisition;
  acquire(raster.values, grid, grid.spacingMm, extra, random);
  return raster;
}

/** Voxels that a centreline crosses belong to the airway, however thin: the mask stays in one piece. */
function traceCentrelines(
  mask: Uint16Array,
  grid: ReturnType<typeof scanGrid>,
  branches: readonly AirwayBranch[],
): void {
  const [nx, ny, nz] = grid.size;
  const a = grid.affine as number[];
  for (const { id, fromMm, toMm } of branches) {
    const length = Math.hypot(toMm[0] - fromMm[0], toMm[1] - fromMm[1], toMm[2] - fromMm[2]);
    const steps = 8 * Math.max(1, Math.ceil((0.4 * length) / Math.min(...grid.spacingMm)));
    for (let s = 0; s <= steps; s++) {
      const [i, j, k] = [0, 1, 2].map((n) =>
        Math.round((fromMm[n]! + ((toMm[n]! - fromMm[n]!) * s) / steps - a[4 * n + 3]!) / a[5 * n]!),
      ) as [number, number, number];
      if (i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz) continue;
      const at = i + nx * (j + ny * k);
      if (mask[at] === 0) mask[at] = id + 1;
    }
  }
}

function chooseFindings(random: Random, asked: NonNullable<RenderOptions['findings']>): readonly Finding[] {
  if (asked === 'sampled') return sampleFindings(random);
  if (asked === 'none') return [];
  return asked.map((f) => (typeof f === 'string' ? describe(f, random.fork(`asked-${f}`)) : f));
}

function chooseAcquisition(random: Random, asked: NonNullable<RenderOptions['acquisition']>): Acquisition {
  if (asked === 'ideal') return idealAcquisition;
  return asked === 'sampled' ? sampleAcquisition(random) : { ...idealAcquisition, ...asked };
}

function chosenRandomisation(asked: RenderOptions['randomise']): Randomisation | undefined {
  if (asked === undefined || asked === false) return undefined;
  if (asked === true) return fullRandomisation;
  return { contrast: false, texture: false, resolution: false, deformation: false, ...asked };
}

function toInt16(values: Float32Array): Int16Array {
  return Int16Array.from(values, (v) => Math.round(Math.max(-4096, Math.min(4095, v))));
}
