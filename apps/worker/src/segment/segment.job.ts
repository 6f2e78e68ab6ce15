// SEGMENT: a series from its blob through the tasks into a label map, a DICOM SEG and a row. Asking for the same versions
// again gives the same row; a job taken over from a dead worker ends with one result.
import {
  type ClaimedJob,
  type JobContext,
  type SavedBlob,
  saveSegmentation,
  segmentationOf,
} from '@tomograph/data';
import { decodeNifti, writeDicomSeg, writeNiftiGz } from '@tomograph/imaging';
import {
  AppError,
  canonicalJson,
  type SegmentInput,
  type SegmentResult,
  type Sha256,
  segmentInputSchema,
  sha256,
} from '@tomograph/kernel';
import type { WorkerDependencies } from '../dependencies.js';
import { holdTasks, resolveTasks } from '../registry/choose-tasks.js';
import { runtimeOf } from '../registry/runtime.js';
import { segmentVolume, type VolumeSegmentation } from './segment-volume.js';

/** Says how results are merged: another rule is another result. */
const mergeRule = 'owner newest; confidence; body height ±25 %';

export function segmentationKey(input: Pick<SegmentInput, 'base' | 'tasks'>): Sha256 {
  return sha256(canonicalJson({ base: input.base, tasks: [...input.tasks], mergeRule }));
}

export async function runSegment(
  job: ClaimedJob,
  context: JobContext,
  deps: WorkerDependencies,
): Promise<undefined> {
  const started = performance.now();
  const input = segmentInputSchema.parse(job.input);
  const series = await seriesOf(input.seriesId, deps);
  const key = segmentationKey(input);
  const known = await segmentationOf(deps.database, series.id, key);
  if (known !== undefined) {
    await context.finish(async () => resultOf(known.id, series, known, started));
    return;
  }
  await context.progress(0, 'loading models');
  await deps.models.prepare();
  const { registry, house } = deps.models;
  const { base, rows } = await resolveTasks(registry, input.tasks);
  const session = await house.base(base);
  const tasks = await holdTasks(house, rows);
  const volume = await decodeNifti(await deps.database.blobs.get(series.volumeBlob));
  const found = await segmentVolume(volume, session, tasks, {
    signal: context.signal,
    onProgress: (fraction, step) => void context.progress(0.95 * fraction, step),
  });
  await context.progress(0.95, 'writing files');
  const { labels, dicom } = await files(found, key, deps);
  await context.finish(async (tx) => {
    const { id } = await saveSegmentation(tx, deps.database.blobs, {
      seriesId: series.id,
      key,
      base,
      tasks: found.tasks,
      structures: found.structures,
      conflicts: found.conflicts,
      labels,
      dicom,
      geometryDigest: found.geometryDigest,
      runtime: runtimeOf(session.pool.describe()),
    });
    return resultOf(id, series, found, started);
  });
}

async function seriesOf(id: string, { database }: WorkerDependencies) {
  const [series] = await database.systemDbBypassingViewer('segment').seriesByIds([id]);
  if (series === undefined) {
    throw new AppError('NOT_FOUND', { message: 'the series is gone: its case was erased' });
  }
  if (series.modality !== 'CT') {
    throw new AppError('INVALID_ARGUMENT', {
      message: `the series is ${series.modality}: tasks are for CT in Hounsfield units`,
      facts: { modality: series.modality },
    });
  }
  return series;
}

async function files(
  found: VolumeSegmentation,
  key: Sha256,
  { database }: WorkerDependencies,
): Promise<{ labels: SavedBlob; dicom: SavedBlob | null }> {
  const store = async (bytes: Uint8Array, mediaType: string): Promise<SavedBlob> => ({
    digest: await database.blobs.put(bytes),
    bytes: bytes.length,
    mediaType,
  });
  const labels = await store(await writeNiftiGz(found.labels), 'application/gzip');
  if (found.segments.length === 0) return { labels, dicom: null };
  const content = sha256(`${key} ${labels.digest}`);
  const dicom = writeDicomSeg({ grid: found.segmentsGrid, segments: found.segments, content });
  return { labels, dicom: await store(dicom, 'application/dicom') };
}

function resultOf(
  segmentationId: string,
  series: { readonly id: string; readonly studyId: string },
  found: Pick<VolumeSegmentation, 'structures' | 'tasks' | 'conflicts'>,
  started: number,
): SegmentResult {
  return {
    segmentationId,
    studyId: series.studyId,
    seriesId: series.id,
    structures: found.structures.filter(({ voxels }) => voxels > 0).length,
    skipped: found.tasks.flatMap(({ task, outcome }) => (outcome === 'SKIPPED' ? [task] : [])),
    conflictVoxels: found.conflicts.voxels,
    seconds: Math.round(performance.now() - started) / 1000,
  };
}
