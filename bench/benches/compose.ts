// Composition on demand: working sets of adapters, several tasks over one volume, merged sessions as the rival, and the
// memory of a large scan. Random weights of the shipped base's size throughout; speeds do not depend on their values.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sha256 } from '@tomograph/kernel';
import { InferencePool } from '@tomograph/models';
import { blobOf, FolderBlobStore, loadBlob, manifestId } from '@tomograph/registry';
import { type ChosenTask, ModelHouse } from '@tomograph/worker';
import { plainBody } from '../compose/bodies.js';
import type { LargeVolume } from '../compose/large-volume.js';
import { measureTaskCounts, type TaskCount } from '../compose/many-tasks.js';
import { median, range } from '../compose/measure.js';
import { type Merged, measureMerged } from '../compose/merged-sessions.js';
import { rank, storeBase, storeRandomAdapter } from '../compose/random-models.js';
import { measureWorkingSets, type WorkingSets } from '../compose/working-set.js';
import { type Bar, bar, type Evaluation, type EvaluationOptions, type Table } from '../evaluation.js';

/** Stated before it was measured: what a scan of 512 × 512 × 400 with four tasks may take, scan and result included. */
const capMb = 2048;

export async function bench({ quick, log }: EvaluationOptions): Promise<Evaluation> {
  const folder = mkdtempSync(join(tmpdir(), 'tomograph-compose-'));
  try {
    return await measure(folder, quick, log);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(folder: string, quick: boolean, log: EvaluationOptions['log']): Promise<Evaluation> {
  const sizes = quick ? [1, 4, 12] : [1, 50, 500];
  const counts = quick ? [1, 2] : [1, 2, 4, 8];
  const size = quick ? ([128, 128, 100] as const) : ([512, 512, 400] as const);
  const blobs = new FolderBlobStore(folder);
  const base = await storeBase(blobs);
  const weights = blobOf(base, 'weights').digest;
  const ids: Sha256[] = [];
  for (let n = 0; n < sizes.at(-1)!; n++) ids.push(await storeRandomAdapter(blobs, base, weights, n));
  log(`${ids.length} adapters stored`);
  const large = largeVolume(folder, manifestId(base), ids.slice(0, 3), size);
  log(`large volume: peak ${large.peakMb.toFixed(0)} MiB, ${large.seconds.toFixed(1)} s`);

  await using house = new ModelHouse(blobs, 'cpu');
  const held = await house.base(manifestId(base));
  // one thread: the threads of a second one wait in a loop, which would count as work
  await using pool = await InferencePool.create(await loadBlob(blobs, base, 'graph'), { threads: 1 });
  const session = { ...held, pool };
  const sets = await measureWorkingSets(house, session, ids, {
    sizes,
    rounds: quick ? 2 : 12,
    requests: quick ? 3 : 10,
  });
  for (const { size: n, ms } of sets.sets) log(`working set ${n}: ${median(ms).toFixed(1)} ms`);
  const tasks: ChosenTask[] = [];
  for (const id of ids.slice(0, counts.at(-1)!)) {
    const adapter = await house.adapter(id);
    tasks.push({ model: adapter.manifest.name, version: 1, manifest: id, adapter });
  }
  const body = plainBody([192, 192, 150], [1.9, 1.9, 2.7]);
  const curve = await measureTaskCounts(body, session, tasks, { counts, rounds: quick ? 1 : 4 });
  for (const { tasks: n, ms } of curve) log(`${n} tasks: ${median(ms).toFixed(0)} ms`);
  const merged = await measureMerged(
    session,
    tasks.map(({ adapter }) => adapter!),
  );
  return {
    name: 'compose',
    data: `random weights of the shipped base's size, rank-${rank} adapters for every adapted layer, computed bodies of soft tissue and noise; no statement about what is found`,
    seeds: [1],
    bars: [...barsOf(sets, curve, merged), memoryBar(large, size)],
    tables: [setTable(sets), curveTable(curve), rivalTable(sets, merged), memoryTable(large)],
    remarks: [
      'times are processor milliseconds of the whole process, compared round by round in rotating order; one thread per run, so that waiting does not count as work',
      '(a) a request is one patch for one task, which is where packing an adapter weighs most; every adapter is resident and was verified when it was loaded',
      '(b) a request is a whole segmentation: resampling to the 4 mm of the base, one pass with the tasks inside, merging, borders drawn on the grid of the scan, a segment per structure',
      '(c) a merged session answers with the same probabilities up to rounding; rank 0 of the packed session is the base to the bit (engine bench)',
    ],
  };
}

function barsOf({ sets }: WorkingSets, curve: readonly TaskCount[], merged: Merged): Bar[] {
  const one = sets[0]!;
  const ratios = (of: readonly number[]): number[] => one.ms.map((ms, i) => ms / of[i]!);
  const single = curve[0]!;
  return [
    ...sets
      .slice(1)
      .map(({ size, ms }) =>
        bar(
          `throughput with ${size} adapters at random over one`,
          median(ratios(ms)),
          '≥',
          0.9,
          ms.length,
          '×',
        ),
      ),
    ...curve
      .slice(1)
      .map(({ tasks, ms }) =>
        bar(
          `${tasks} tasks in one request over ${tasks} requests of one`,
          median(ms.map((spent, i) => spent / (tasks * single.ms[i]!))),
          '≤',
          0.999,
          ms.length,
          '×',
        ),
      ),
    bar('largest difference of a probability, merged against packed', merged.worst, '≤', 1e-4, 64 ** 3),
  ];
}

const memoryBar = (large: LargeVolume, size: readonly number[]): Bar =>
  bar(
    `highest memory of a process that segments ${size.join(' × ')} voxels with the base and three tasks`,
    Math.round(large.peakMb),
    '≤',
    capMb,
    1,
    'MiB',
  );

function setTable({ sets, loadMs }: WorkingSets): Table {
  return {
    title: 'Working sets: an adapter at random for every request',
    columns: [
      'resident adapters',
      'CPU ms per request, median',
      'range',
      'requests per CPU second',
      'rounds',
    ],
    rows: [
      ...sets.map(({ size, ms }) => [size, median(ms), range(ms, 1), 1000 / median(ms), ms.length]),
      ['loading and verifying one from disk', loadMs, '', '', ''],
    ],
  };
}

function curveTable(curve: readonly TaskCount[]): Table {
  const single = curve[0]!;
  return {
    title: 'Tasks over one volume, 192 × 192 × 150',
    columns: ['tasks', 'CPU ms, median', 'range', 'over as many single requests', 'range of the ratio'],
    rows: curve.map(({ tasks, ms }) => {
      const ratios = ms.map((spent, i) => spent / (tasks * single.ms[i]!));
      return [tasks, median(ms), range(ms, 0), median(ratios), range(ratios, 3)];
    }),
  };
}

function rivalTable(sets: WorkingSets, merged: Merged): Table {
  return {
    title: 'Against one merged session per adapter',
    columns: ['', 'packed adapter', 'merged session'],
    rows: [
      ['swap, CPU ms (median)', median(merged.adapterSwapMs), median(merged.mergedSwapMs)],
      ['swap, range', range(merged.adapterSwapMs), range(merged.mergedSwapMs, 0)],
      ['memory each, MiB (growth of the process)', sets.residentMbEach, merged.mergedMbEach],
      ['of which numbers of the adapter, MiB', sets.tensorMbEach, ''],
    ],
  };
}

function memoryTable(large: LargeVolume): Table {
  return {
    title: 'Memory of the large segmentation, MiB',
    columns: ['base and adapters loaded', 'the scan itself', 'highest', 'seconds', 'structures found'],
    rows: [[large.startMb, large.volumeMb, large.peakMb, large.seconds, large.structures]],
  };
}

function largeVolume(
  store: string,
  base: Sha256,
  adapters: readonly Sha256[],
  size: readonly [number, number, number],
): LargeVolume {
  const script = fileURLToPath(new URL('../compose/large-volume.js', import.meta.url));
  const told = execFileSync(
    process.execPath,
    [script, store, base, adapters.join(','), ...size.map(String)],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  return JSON.parse(told) as LargeVolume;
}
