// One volume, several tasks, one base: scout pass for the body's height, one sliding-window pass with the tasks inside,
// merging on the base's grid, borders drawn on the source's grid. Neither files nor database.
import {
  type Grid,
  geometryDigest,
  type LabelVolume,
  type SegmentOfSeg,
  spacingMm,
  type Volume,
} from '@tomograph/imaging';
import { AppError, type Sha256 } from '@tomograph/kernel';
import { type MergedMask, mergeTasks, type SegmentTask, segment, type TaskMask } from '@tomograph/models';
import type { Label } from '@tomograph/registry';
import type { BaseSession, HeldAdapter } from '../registry/model-house.js';
import { type BaseGrid, patchSource, toBaseGrid, zyx } from './base-grid.js';
import { layRuler, type Ruler, rangeOf, slicesOf } from './body-height.js';
import { drawLabels, drawSegments, labelsOf, upright } from './draw-on-source.js';
import { hexColour, structureColour } from './structure-colour.js';

/** A task of one request, resolved. Without an adapter it is the base itself. */
export interface ChosenTask {
  readonly model: string;
  readonly version: number;
  readonly manifest: Sha256;
  readonly adapter?: HeldAdapter;
}

export interface Structure {
  /** Its value in the label map. */
  readonly value: number;
  readonly name: string;
  readonly snomed: Label['snomed'];
  /** `#rrggbb` */
  readonly colour: string;
  /** `models:/name/version` that it was taken from. */
  readonly task: string;
  readonly voxels: number;
  readonly volumeMl: number;
}

export interface TaskReport {
  readonly task: string;
  readonly manifest: Sha256;
  /** 'SKIPPED': the scan shows no part of the body that the task was taught on. */
  readonly outcome: 'DONE' | 'SKIPPED';
  /** Slices of the base's grid on which the task could speak; null: all, since the height is not known. */
  readonly slices: readonly [number, number] | null;
}

export interface VolumeSegmentation {
  /** On the source's grid. */
  readonly labels: LabelVolume;
  readonly structures: readonly Structure[];
  /** Every structure of every task by itself, overlaps kept; frames are slices of `segmentsGrid`. */
  readonly segments: readonly SegmentOfSeg[];
  readonly segmentsGrid: Grid;
  readonly tasks: readonly TaskReport[];
  /** Voxels of the base's grid that two tasks claimed for different structures. */
  readonly conflicts: {
    readonly voxels: number;
    readonly foreground: number;
    readonly pairs: MergedMask['conflictPairs'];
  };
  readonly ruler: Ruler | null;
  /** Of the source. */
  readonly geometryDigest: Sha256;
  readonly gridSpacingMm: readonly [number, number, number];
}

export interface SegmentVolumeOptions {
  readonly overlap?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number, step: string) => void;
  /** Structure -> task that owns it, over the newest one. */
  readonly owners?: Readonly<Record<string, string>>;
  /** Default true. */
  readonly withSegments?: boolean;
  readonly maxSlabBytes?: number;
}

/**
 * @param volume CT in HU, any orientation
 * @throws AppError INVALID_ARGUMENT for no tasks, ADAPTER_BASE_MISMATCH, LIMIT_EXCEEDED, CANCELLED, GEOMETRY_UNSUPPORTED
 */
export async function segmentVolume(
  volume: Volume,
  session: BaseSession,
  tasks: readonly ChosenTask[],
  options: SegmentVolumeOptions = {},
): Promise<VolumeSegmentation> {
  if (tasks.length === 0) {
    throw new AppError('INVALID_ARGUMENT', { message: 'name at least one task to segment' });
  }
  for (const { adapter, model } of tasks) {
    if (adapter === undefined || adapter.manifest.base.manifest === session.id) continue;
    throw new AppError('ADAPTER_BASE_MISMATCH', {
      message: `task ${model} is for base ${adapter.manifest.base.manifest}, this session holds ${session.id}`,
      facts: { want: adapter.manifest.base.manifest, got: session.id },
    });
  }
  const progress = options.onProgress ?? (() => {});
  progress(0, 'resampling');
  const grid = toBaseGrid(volume, session.manifest.preprocessing);
  const ruler = await scout(grid, session, options);
  const plan = tasks.map((task) => planOf(task, ruler, grid.size[2]));
  const masks = await runTasks(grid, session, plan, options);
  progress(0.8, 'merging');
  const merged = mergeTasks(masks, options.owners === undefined ? {} : { owners: options.owners });
  const drawn = await drawLabels(volume, grid, merged, options);
  const segments =
    options.withSegments === false ? [] : await drawSegments(volume, grid, masks, tasks, session, options);
  return {
    labels: drawn.labels,
    structures: structuresOf(merged, masks, plan, session, drawn.counts, volume, options.owners),
    segments,
    segmentsGrid: upright(volume),
    tasks: plan.map(({ task, outcome, slices }) => ({
      task: uriOf(task),
      manifest: task.manifest,
      outcome,
      slices: slices ?? null,
    })),
    conflicts: { voxels: merged.conflicts, foreground: merged.foreground, pairs: merged.conflictPairs },
    ruler: ruler ?? null,
    geometryDigest: geometryDigest(volume),
    gridSpacingMm: grid.spacingMm as readonly [number, number, number],
  };
}

interface Plan {
  readonly task: ChosenTask;
  readonly outcome: 'DONE' | 'SKIPPED';
  readonly slices: readonly [number, number] | undefined;
}

const uriOf = ({ model, version }: ChosenTask): string => `models:/${model}/${version}`;

/** The base once without overlap: enough to find where organs are. Nothing to do when the base has no ruler. */
async function scout(
  grid: BaseGrid,
  session: BaseSession,
  options: SegmentVolumeOptions,
): Promise<Ruler | undefined> {
  if (!session.manifest.metrics.some(({ unit }) => unit === 'mm')) return undefined;
  options.onProgress?.(0.05, 'finding the body parts');
  const [mask] = await segment(
    patchSource(grid, session.manifest.preprocessing),
    [{ name: 'base', head: session.base.head }],
    { ...settings(session, options), overlap: 0 },
  );
  return layRuler(mask!, zyx(grid.size), grid.spacingMm[2], session.manifest);
}

function settings(session: BaseSession, { signal, maxSlabBytes }: SegmentVolumeOptions) {
  return {
    pool: session.pool,
    layout: session.layout,
    patch: session.base.config.size,
    ...(signal === undefined ? {} : { signal }),
    ...(maxSlabBytes === undefined ? {} : { maxSlabBytes }),
  };
}

function planOf(task: ChosenTask, ruler: Ruler | undefined, slices: number): Plan {
  const range = task.adapter === undefined ? undefined : rangeOf(task.adapter.manifest.metrics);
  if (ruler === undefined || range === undefined) return { task, outcome: 'DONE', slices: undefined };
  const found = slicesOf(range, ruler, slices);
  return { task, outcome: found === undefined ? 'SKIPPED' : 'DONE', slices: found };
}

async function runTasks(
  grid: BaseGrid,
  session: BaseSession,
  plan: readonly Plan[],
  options: SegmentVolumeOptions,
): Promise<TaskMask[]> {
  const due = plan.filter(({ outcome }) => outcome === 'DONE');
  const tasks = due.map(({ task, slices }): SegmentTask => {
    const common = { name: uriOf(task), ...(slices === undefined ? {} : { slices }) };
    if (task.adapter === undefined) return { ...common, head: session.base.head };
    return { ...common, factors: task.adapter.factors, head: task.adapter.head };
  });
  const found = await segment(patchSource(grid, session.manifest.preprocessing), tasks, {
    ...settings(session, options),
    ...(options.overlap === undefined ? {} : { overlap: options.overlap }),
    onProgress: (done, total) => options.onProgress?.(0.1 + (0.7 * done) / total, 'segmenting'),
  });
  const byName = new Map(found.map((mask) => [mask.name, mask]));
  const empty = (): Uint8Array => new Uint8Array(grid.voxels.length);
  return plan.map(
    ({ task }) =>
      byName.get(uriOf(task)) ?? {
        name: uriOf(task),
        classes: (task.adapter?.head ?? session.base.head).classes,
        labels: empty(),
        confidence: empty(),
      },
  );
}

function structuresOf(
  merged: MergedMask,
  masks: readonly TaskMask[],
  plan: readonly Plan[],
  session: BaseSession,
  counts: Float64Array,
  volume: Volume,
  owners: Readonly<Record<string, string>> = {},
): Structure[] {
  const [dx, dy, dz] = spacingMm(volume.affine);
  const voxelMl = (dx * dy * dz) / 1000;
  return merged.classes.slice(1).map((name, at) => {
    const value = at + 1;
    const holders = plan.filter((_, t) => masks[t]!.classes.slice(1).includes(name));
    const owner = holders.find(({ task }) => uriOf(task) === owners[name]) ?? holders.at(-1)!;
    const { snomed } = labelsOf(owner.task, [name], session).get(name)!;
    const voxels = counts[value]!;
    return {
      value,
      name,
      snomed,
      colour: hexColour(structureColour({ name, snomed })),
      task: uriOf(owner.task),
      voxels,
      volumeMl: voxels * voxelMl,
    };
  });
}
