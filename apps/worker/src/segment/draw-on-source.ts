// What was found on the base's grid, drawn on the source's: one map of all structures, and every structure by itself.
import {
  axisView,
  type Grid,
  type LabelVolume,
  packBits,
  type SegmentOfSeg,
  type Volume,
} from '@tomograph/imaging';
import { AppError } from '@tomograph/kernel';
import type { MergedMask, TaskMask } from '@tomograph/models';
import type { Label } from '@tomograph/registry';
import type { BaseSession } from '../registry/model-house.js';
import type { BaseGrid } from './base-grid.js';
import type { ChosenTask, SegmentVolumeOptions } from './segment-volume.js';
import { sharpen } from './sharpen.js';
import { structureColour } from './structure-colour.js';

/** The source's grid with its axes in LPS order: slices of it are frames. */
export function upright(volume: Grid): Grid {
  const { size, affine } = axisView(volume, 'LPS');
  return { size, affine };
}

export async function drawLabels(
  volume: Volume,
  grid: BaseGrid,
  merged: MergedMask,
  { signal, onProgress }: SegmentVolumeOptions,
): Promise<{ labels: LabelVolume; counts: Float64Array }> {
  const view = axisView(volume, 'LPS');
  const [nx, ny, nz] = view.size;
  const [sx, sy, sz] = view.strides;
  const voxels = new Uint16Array(volume.voxels.length);
  const counts = new Float64Array(merged.classes.length);
  await sharpen({ size: grid.size, affine: grid.affine, labels: merged.labels }, view, async (k, slice) => {
    await breathe(signal);
    onProgress?.(0.8 + (0.1 * k) / nz, 'drawing borders');
    let at = 0;
    for (let j = 0; j < ny; j++) {
      let to = view.offset + k * sz + j * sy;
      for (let i = 0; i < nx; i++, at++, to += sx) {
        const label = slice[at]!;
        if (label === 0) continue;
        voxels[to] = label;
        counts[label]!++;
      }
    }
  });
  return { labels: { size: volume.size, affine: volume.affine, voxels }, counts };
}

export async function drawSegments(
  volume: Volume,
  grid: BaseGrid,
  masks: readonly TaskMask[],
  tasks: readonly ChosenTask[],
  session: BaseSession,
  { signal, onProgress }: SegmentVolumeOptions,
): Promise<SegmentOfSeg[]> {
  const segments: SegmentOfSeg[] = [];
  const view = upright(volume);
  for (const [t, mask] of masks.entries()) {
    onProgress?.(0.9 + (0.1 * t) / masks.length, 'drawing structures');
    const frames = mask.classes.map((): { k: number; bits: Uint8Array }[] => []);
    await sharpen({ size: grid.size, affine: grid.affine, labels: mask.labels }, view, async (k, slice) => {
      await breathe(signal);
      for (const label of new Set(slice)) {
        const bits = label === 0 ? undefined : packBits(slice, label);
        if (bits !== undefined) frames[label]!.push({ k, bits });
      }
    });
    const labels = labelsOf(tasks[t]!, mask.classes, session);
    mask.classes.forEach((name, label) => {
      if (label === 0 || frames[label]!.length === 0) return;
      const { snomed } = labels.get(name) ?? { snomed: null };
      const colour = structureColour({ name, snomed });
      segments.push({ label: name, snomed, algorithm: mask.name, colour, frames: frames[label]! });
    });
  }
  return segments;
}

/** Of every class: what the task's manifest says, else the base's. */
export function labelsOf(
  task: ChosenTask,
  classes: readonly string[],
  base?: BaseSession,
): Map<string, Pick<Label, 'snomed'>> {
  const known = task.adapter?.manifest.labels ?? base?.manifest.labels ?? [];
  return new Map(
    classes.map((name) => [name, known.find((label) => label.name === name) ?? { snomed: null }]),
  );
}

/** Lets heart-beats and cancellations through. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal?.aborted)
    throw signal.reason ?? new AppError('CANCELLED', { message: 'segmentation was cancelled' });
}
