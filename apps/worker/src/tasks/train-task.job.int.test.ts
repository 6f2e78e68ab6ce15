// A task from a folder to a certified version, on the tiny base. Needs the built files (threads, processes).
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watchJobEvents } from '@tomograph/data';
import type { TrainingPoint, TrainTaskResult, VerifyResult } from '@tomograph/kernel';
import { verifyVersion } from '@tomograph/registry';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { writeBallFolder } from '../testing/ball-cases.js';
import { type TinyWorker, tinyWorker } from '../testing/tiny-worker.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let tiny: TinyWorker;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tg-train-'));
  await writeBallFolder(folder);
  tiny = await tinyWorker();
});
afterAll(async () => {
  await tiny?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const by = { name: 'admin', mayMoveProtected: true };
const labelOf = (name: 'one' | 'two') => ({ [name]: { value: name === 'one' ? 1 : 2, snomed: null } });

async function train(name: string, structure: 'one' | 'two', more: object = {}) {
  const quarantine = await tiny.quarantine(folder);
  const input = {
    quarantine,
    name,
    licence: 'CC0-1.0',
    labels: labelOf(structure),
    steps: 160,
    rank: 4,
    who: 'tester',
    ...more,
  };
  const id = await tiny.enqueue('TRAIN_TASK', input);
  const job = await tiny.ended(id);
  return { id, job, quarantine, result: job.result as TrainTaskResult };
}

describe('a task taught from a folder', () => {
  test('becomes a version with a green certificate, and the curve is in the job events', async () => {
    const { id, job, quarantine, result } = await train('first', 'one');
    expect(job.error).toBeNull();
    expect(result).toMatchObject({
      model: 'first',
      version: 1,
      verdict: 'green',
      cases: { training: 4, test: 1 },
      notes: [],
    });
    const points = (await tiny.events(id)).flatMap(({ data }) =>
      data === undefined ? [] : [data as TrainingPoint],
    );
    expect(points.map(({ step }) => step)).toEqual(Array.from({ length: 160 }, (_, i) => i + 1));
    expect(points.at(-1)!.loss).toBeLessThan(points[0]!.loss);
    expect(result.dice).toBeGreaterThan(0.3);
    const { row, checks } = await verifyVersion(tiny.models.registry, 'models:/first/1');
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    const { document } = (await tiny.models.registry.certificate(row))!;
    expect(document.canaries.map(({ of }) => of)).toEqual([document.base.manifest]);
    expect(document.dice[1]![1]).toBeGreaterThan(0.3);
    // nothing before knew the structure: what stood before is the untrained head, and nothing was transferred
    expect(document.diceUntrained[1]).toBeLessThan(document.dice[1]![1]!);
    expect(document.dice[0]![1]).toBe(document.diceUntrained[1]);
    expect(document.fwt).toBe(0);
    expect(document.testSets!.map(({ isReplayed }) => isReplayed)).toEqual([true, true]);
    // what is no longer needed is gone
    expect(await readdir(join(tiny.database.home, 'training'))).toEqual([]);
    expect(await readdir(join(tiny.database.home, 'quarantine'))).not.toContain(quarantine);
    await tiny.models.registry.promote({ model: 'first', version: 1, alias: 'champion', by, why: 'test' });
  });

  test('leaves the tasks before it as they were, byte for byte, and the certificate says so', async () => {
    const { result } = await train('second', 'two');
    expect(result.verdict).toBe('green');
    const row = await tiny.models.registry.find('models:/second/1');
    const { document } = (await tiny.models.registry.certificate(row))!;
    expect(document.tasks.map(({ model }) => model)).toEqual(['first', 'second']);
    expect(document.canaries).toHaveLength(2);
    for (const { before, after } of document.canaries) expect(after).toBe(before);
    expect(document.bwt).toBe(0);
    expect(document.dice[2]![1]).toBe(document.dice[1]![1]);
    expect(document.growth.perStep).toHaveLength(2);
  });

  test('that knows a structure already transfers it to the next: FWT is what it was worth there', async () => {
    const { result } = await train('second-one', 'one', { steps: 20 });
    const row = await tiny.models.registry.find(`models:/second-one/${result.version}`);
    const { document } = (await tiny.models.registry.certificate(row))!;
    const at = document.tasks.length;
    const [before, untrained] = [document.dice[at - 1]![at]!, document.diceUntrained[at]!];
    expect(before).toBe(document.dice[1]![1]); // the same cases, by the task that had learnt them
    expect(before).toBeGreaterThan(untrained + 0.2);
    expect(document.fwt).toBeCloseTo((0 + before - untrained) / at, 10);
  });

  test('asked twice with the same data and seed learns the same numbers', async () => {
    const again = await train('first', 'one');
    const [a, b] = await Promise.all(
      [1, again.result.version].map(async (version) => {
        const { manifest } = await tiny.models.registry.find(`models:/first/${version}`);
        return (await tiny.models.house.adapter(manifest)).manifest.blobs.find(
          ({ role }) => role === 'adapter',
        )!.digest;
      }),
    );
    expect(again.result.version).toBe(2);
    expect(b).toBe(a);
  });

  test('gets a new certificate on request, over the tasks that are in use by then', async () => {
    const id = await tiny.enqueue('VERIFY', { uri: 'models:/second/1', who: 'tester' });
    const job = await tiny.ended(id);
    expect(job.result as VerifyResult).toMatchObject({
      model: 'second',
      version: 1,
      verdict: 'green',
      reasons: [],
    });
    const newest = await tiny.models.registry.certificate(
      await tiny.models.registry.find('models:/second/1'),
    );
    expect(newest!.digest).toBe((job.result as VerifyResult).certificate);
  });
});

test('data that cannot be learnt from is reported whole: every case, what is wrong with it, no file names', async () => {
  const bad = await mkdtemp(join(tmpdir(), 'tg-bad-'));
  try {
    await writeBallFolder(bad, {
      count: 4,
      change: ({ volume, labels }, at) => ({
        volume: at === 1 ? { ...volume, voxels: volume.voxels.map((hu) => Math.max(0, hu)) } : volume,
        labels:
          at === 2
            ? { ...labels, affine: [...labels.affine.slice(0, 3), 40, ...labels.affine.slice(4)] }
            : labels,
      }),
    });
    const quarantine = await tiny.quarantine(bad);
    const input = {
      quarantine,
      name: 'third',
      licence: 'CC0-1.0',
      labels: labelOf('one'),
      steps: 5,
      who: 'tester',
    };
    const id = await tiny.enqueue('TRAIN_TASK', input);
    const { state, error } = await tiny.ended(id);
    expect(state).toBe('FAILED');
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(error!.message).toMatch(
      /4 in all\): case 2: image: no voxel is below -200 HU.*case 3: label map: same size.*position/,
    );
    expect(error!.message).not.toMatch(/body_00/);
    const problems = (await tiny.events(id)).flatMap(({ data }) => (data === undefined ? [] : [data]));
    expect(problems).toMatchObject([
      { kind: 'problem', case: 2 },
      { kind: 'problem', case: 3 },
    ]);
    await expect(tiny.models.registry.find('models:/third/1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  } finally {
    await rm(bad, { recursive: true, force: true });
  }
});

test('a worker killed in the middle of a training loses nothing: another goes on from its checkpoint', async () => {
  await using own = await tinyWorker(false);
  const quarantine = await own.quarantine(folder);
  const input = {
    quarantine,
    name: 'killed',
    licence: 'CC0-1.0',
    labels: labelOf('one'),
    steps: 400,
    rank: 4,
    who: 'tester',
  };
  const id = await own.enqueue('TRAIN_TASK', input);
  const start = () =>
    spawn(
      process.execPath,
      [fileURLToPath(new URL('../../dist/testing/worker-process.js', import.meta.url))],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, ...own.database.env, TOMOGRAPH_BASE: own.baseFolder },
      },
    );
  const pointsUntil = async (isDone: (point: TrainingPoint) => boolean) => {
    const seen: TrainingPoint[] = [];
    for await (const { data, state } of watchJobEvents(own.database, id, 0, { pollMs: 50 })) {
      const point = data as TrainingPoint | undefined;
      if (point?.kind === 'training') seen.push(point);
      if (state === 'SUCCEEDED' || (point?.kind === 'training' && isDone(point))) break;
    }
    return seen;
  };
  const first = start();
  let second: ReturnType<typeof start> | undefined;
  try {
    const before = await pointsUntil(({ step }) => step >= 60);
    first.kill('SIGKILL');
    // the dead one is not waited for 15 s: its silence is made older
    await own.database.query("update job set heartbeat_at = now() - interval '1 minute' where id = $1", [id]);
    second = start();
    const job = await own.ended(id);
    expect(job).toMatchObject({ state: 'SUCCEEDED', attempt: 2, error: null });
    const all = await pointsUntil(() => false);
    const resumedAt =
      all.slice(before.length).find(({ step }, at, rest) => at > 0 && step <= rest[at - 1]!.step) ??
      all[before.length];
    expect(resumedAt!.step).toBeGreaterThan(20);
    expect(all.at(-1)!.step).toBe(400);
    expect((job.result as TrainTaskResult).verdict).toBe('green');
  } finally {
    first.kill('SIGKILL');
    second?.kill('SIGKILL');
  }
});
