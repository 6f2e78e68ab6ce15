// Two worker processes on one native Postgres: one is killed in the middle of a job, and every job has exactly one result.
// Needs the built files. The embedded database lives in one process; this is about many on a server.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SegmentResult } from '@tomograph/kernel';
import { resolveTasks } from '@tomograph/worker';
import { saveBallSeries, type TinyWorker, tinyWorker } from '@tomograph/worker/testing';
import { describe, expect, it } from 'vitest';

const jobs = 100;
const script = fileURLToPath(new URL('../../apps/worker/dist/testing/worker-process.js', import.meta.url));
const hasServer = Boolean(process.env.TEST_DATABASE_URL);
const why = hasServer ? '' : ' (skipped: TEST_DATABASE_URL names no native Postgres)';

interface Row {
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
  readonly result: SegmentResult | null;
}

const rowsOf = (tiny: TinyWorker): Promise<Row[]> =>
  tiny.database.query<Row>("select id, state::text, attempt, result from job where kind = 'SEGMENT'");
const idsIn = (rows: readonly Row[], state: string): string[] =>
  rows.flatMap((row) => (row.state === state ? [row.id] : []));

/** Asks the queue until it is as wanted; the test's own time limit ends it otherwise. */
async function until(tiny: TinyWorker, isSo: (rows: readonly Row[]) => boolean): Promise<Row[]> {
  for (;;) {
    const rows = await rowsOf(tiny);
    if (isSo(rows)) return rows;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Stops a worker, until it is one that holds a job while it stands. @returns the jobs it holds */
async function stopInTheMiddle(tiny: TinyWorker, worker: ChildProcess): Promise<string[]> {
  for (;;) {
    worker.kill('SIGSTOP');
    const atStop = await rowsOf(tiny);
    const done = idsIn(atStop, 'SUCCEEDED').length;
    const later = await until(tiny, (rows) => idsIn(rows, 'SUCCEEDED').length >= done + 3);
    // the other one went on: what has not moved is in the hands of the one that stands
    const stuck = idsIn(later, 'RUNNING').filter((id) => idsIn(atStop, 'RUNNING').includes(id));
    if (stuck.length > 0) return stuck;
    worker.kill('SIGCONT');
  }
}

describe.skipIf(!hasServer)(`two workers on one native Postgres${why}`, { timeout: 240_000 }, () => {
  it(`${jobs} segmentations, one worker killed -9 halfway: every job has exactly one result`, async () => {
    await using tiny = await tinyWorker(false);
    const { base, rows } = await resolveTasks(tiny.models.registry, ['base']);
    const tasks = rows.map(({ model, version }) => `models:/${model}/${version}`);
    for (let i = 0; i < jobs; i++) {
      const { seriesId } = await saveBallSeries(tiny.database, tiny.projectId, 1000 + i);
      await tiny.enqueue('SEGMENT', { seriesId, base, tasks });
    }
    const start = (): ChildProcess =>
      spawn(process.execPath, [script], {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, ...tiny.database.env, TOMOGRAPH_BASE: tiny.baseFolder },
      });
    const workers = [start(), start()];
    try {
      await until(tiny, (all) => idsIn(all, 'SUCCEEDED').length >= jobs / 2);
      const held = await stopInTheMiddle(tiny, workers[0]!);
      workers[0]!.kill('SIGKILL');
      const ended = await until(tiny, (all) => idsIn(all, 'SUCCEEDED').length === jobs);

      const takenOver = ended.filter(({ attempt }) => attempt > 1).map(({ id }) => id);
      expect(takenOver).toEqual(expect.arrayContaining(held));
      const results = new Set(ended.map(({ result }) => result!.segmentationId));
      expect(results.size).toBe(jobs);
      const stored = await tiny.database.query<{ id: string }>('select id from segmentation');
      expect(new Set(stored.map(({ id }) => id))).toEqual(results);
      const endings = await tiny.database.query<{ endings: number }>(
        "select count(*)::int endings from job_event e join job j on j.id = e.job_id where j.kind = 'SEGMENT' and e.data->>'state' = 'SUCCEEDED' group by j.id",
      );
      expect(endings).toEqual(Array(jobs).fill({ endings: 1 }));
    } finally {
      for (const worker of workers) worker.kill('SIGKILL');
    }
  });
});
