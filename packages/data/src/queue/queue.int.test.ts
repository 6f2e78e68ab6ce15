import { setTimeout as delay } from 'node:timers/promises';
import { AppError, type JobKind, newId, type ProjectId } from '@tomograph/kernel';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import type { Viewer } from '../viewer/viewer.js';
import { beat, claimJob, finishJob } from './claim.js';
import { enqueue, enqueueAlone } from './enqueue.js';
import { recoverDeadJobs, resendLostMessages } from './recover.js';
import { watchJobEvents } from './watch.js';
import { type Worker, type WorkOptions, workJobs } from './work.js';

let database: TestDatabase;
let projectId: ProjectId;
const workers: Worker[] = [];

beforeAll(async () => {
  database = await testDatabase();
  projectId = await database.systemDbBypassingViewer('test').ensureProject('queue');
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop({ graceMs: 0 })));
  await database.query("update job set state = 'CANCELLED' where state in ('QUEUED', 'RUNNING')");
  await database.query('delete from pgboss.job');
});
afterAll(() => database.close());

const put = (key: string = newId(), kind: JobKind = 'EMBED') =>
  enqueueAlone(database, { projectId, kind, key, input: { what: key } });
const row = async (id: string) => {
  const [job] = await database.query<Record<string, unknown>>(
    'select *, state::text from job where id = $1',
    [id],
  );
  return job!;
};
function work(options: Partial<WorkOptions> & Pick<WorkOptions, 'handler'>): Worker {
  const worker = workJobs(database, {
    kinds: ['EMBED'],
    concurrency: 2,
    pollMs: 20,
    heartbeatMs: 50,
    ...options,
  });
  workers.push(worker);
  return worker;
}
/** The states of a job's events from its first on, until it is over. */
async function statesOf(id: string): Promise<string[]> {
  const states: string[] = [];
  for await (const event of watchJobEvents(database, id, 0, { pollMs: 20 })) states.push(event.state);
  return states.filter((state, at) => state !== states[at - 1]);
}
const curator = (): Viewer => ({ name: 'tg_test', role: 'CURATOR', projectIds: [projectId], keyId: null });

test('a job runs and its result is in its row', async () => {
  work({ handler: async (job) => ({ seen: job.input }) });
  const { id } = await put('answer');
  expect(await statesOf(id)).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);
  expect(await row(id)).toMatchObject({
    result: { seen: { what: 'answer' } },
    progress: 1,
    attempt: 1,
    error: null,
  });
});

test('the same key is the same job', async () => {
  const first = await put('same key');
  const second = await put('same key');
  expect(second).toEqual({ id: first.id, state: 'QUEUED', isNew: false });
});

test('a job is not there when the transaction that queued it is rolled back', async () => {
  const job = { projectId, kind: 'EMBED', key: 'rolled back', input: {} } as const;
  const failing = database.transaction(async (tx) => {
    await enqueue(tx, job);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await database.query('select 1 from job where key = $1', [job.key])).toEqual([]);
  expect(await claimJob(database, ['EMBED'])).toBeUndefined();
});

test('a typed error fails the job at once and stands in its row', async () => {
  work({
    handler: async () => {
      throw new AppError('FORMAT_CORRUPT', { message: 'cut short at byte 9', facts: { byte: 9 } });
    },
  });
  const { id } = await put();
  expect(await statesOf(id)).toEqual(['QUEUED', 'RUNNING', 'FAILED']);
  const error = { code: 'FORMAT_CORRUPT', message: 'cut short at byte 9', facts: { byte: 9 } };
  expect(await row(id)).toMatchObject({ error, result: null, attempt: 1 });
});

test('a failed job that is asked for again is queued anew', async () => {
  const failing = work({
    handler: async () => {
      throw new AppError('FORMAT_CORRUPT', { message: 'no' });
    },
  });
  const { id } = await put('again');
  await statesOf(id);
  await failing.stop();
  expect(await put('again')).toMatchObject({ id, state: 'QUEUED', isNew: true });
  work({ handler: async () => 'fine' });
  expect((await statesOf(id)).at(-1)).toBe('SUCCEEDED');
});

test('an unexpected error is tried again, masked in the row and told to the log', async () => {
  const logged: unknown[] = [];
  let calls = 0;
  work({
    handler: async () => {
      calls += 1;
      if (calls === 1) throw new TypeError('Jane Doe is undefined');
      return 'fine';
    },
    onError: (error) => logged.push(error),
  });
  const { id } = await put();
  expect(await statesOf(id)).toEqual(['QUEUED', 'RUNNING', 'QUEUED', 'RUNNING', 'SUCCEEDED']);
  expect(logged).toEqual([new TypeError('Jane Doe is undefined')]);
  expect(JSON.stringify(await row(id))).not.toContain('Jane');
});

test('progress becomes numbered events without gaps', async () => {
  work({
    handler: async (_job, context) => {
      await context.progress(0.2, 'reading');
      await context.event({ loss: 0.5 });
      await context.progress(0.6, 'writing');
    },
  });
  const { id } = await put();
  const events = [];
  for await (const event of watchJobEvents(database, id, 0, { pollMs: 20 })) events.push(event);
  expect(events.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(events.map((event) => event.step)).toEqual(['', '', 'reading', 'reading', 'writing', 'writing']);
  expect(events[3]!.data).toEqual({ loss: 0.5 });
  const later = [];
  for await (const event of watchJobEvents(database, id, 4, { pollMs: 20 })) later.push(event.seq);
  expect(later).toEqual([5, 6]);
});

test('a queued job that is cancelled never runs', async () => {
  const { id } = await put();
  const cancelled = await database.viewer(curator()).cancelJob(id);
  expect(cancelled.state).toBe('CANCELLED');
  expect(await claimJob(database, ['EMBED'])).toBeUndefined();
});

test('a running job that is cancelled sees its signal and ends as cancelled', async () => {
  const started = deferred();
  work({
    handler: async (_job, { signal }) => {
      started.resolve();
      await delay(10_000, undefined, { signal });
    },
  });
  const { id } = await put();
  await started.promise;
  await database.viewer(curator()).cancelJob(id);
  expect((await statesOf(id)).at(-1)).toBe('CANCELLED');
});

test('a job of a silent worker is taken by another, and the first one changes nothing any more', async () => {
  const { id } = await put();
  const lost = (await claimJob(database, ['EMBED']))!;
  await database.query("update job set heartbeat_at = now() - interval '1 minute' where id = $1", [id]);
  expect(await recoverDeadJobs(database, 15_000)).toEqual([id]);
  const second = (await claimJob(database, ['EMBED']))!;
  expect(second).toMatchObject({ id, attempt: 2, failures: 1 });
  expect(await beat(database, lost)).toBe('lost');
  const late = await database.transaction((tx) =>
    finishJob(tx, lost, { state: 'SUCCEEDED', result: 'late' }),
  );
  expect(late).toBe(false);
  expect(await row(id)).toMatchObject({ state: 'RUNNING', result: null });
});

test('a worker that beats is not robbed, however long the job takes', async () => {
  const { id } = await put();
  const job = (await claimJob(database, ['EMBED']))!;
  await database.query("update job set started_at = now() - interval '1 day' where id = $1", [id]);
  expect(await beat(database, job)).toBe('go-on');
  expect(await recoverDeadJobs(database, 15_000)).toEqual([]);
});

test('a job whose workers die three times is given up with a typed error', async () => {
  const { id } = await put();
  for (let attempt = 1; attempt <= 3; attempt++) {
    await claimJob(database, ['EMBED']);
    await database.query("update job set heartbeat_at = now() - interval '1 minute' where id = $1", [id]);
    await recoverDeadJobs(database, 15_000);
  }
  expect(await row(id)).toMatchObject({ state: 'FAILED', attempt: 3, error: { code: 'INTERNAL' } });
});

test('what finish writes is written once, and not at all by a worker that lost the job', async () => {
  const name = `finish ${newId()}`;
  const robbed = deferred();
  const outcome = new Promise((resolve) => {
    work({
      concurrency: 1,
      heartbeatMs: 60_000,
      handler: async (job, context) => {
        if (job.attempt === 1) {
          await database.query('update job set attempt = 7 where id = $1', [job.id]); // as another worker would
          robbed.resolve();
        }
        const writing = context.finish(async (tx) => {
          await tx.query('insert into project (id, name) values ($1, $2)', [newId(), name]);
          return 'written';
        });
        writing.catch(resolve);
        await writing;
      },
    });
  });
  await put();
  await robbed.promise;
  expect(await outcome).toMatchObject({ code: 'CONFLICT' });
  expect(await database.query('select 1 from project where name = $1', [name])).toEqual([]);
});

test('two workers share the jobs, each runs once', async () => {
  const seen: string[] = [];
  const handler = async (job: { key: string }) => void seen.push(job.key);
  work({ handler });
  work({ handler });
  const keys = Array.from({ length: 12 }, (_, at) => `shared ${at} ${newId()}`);
  const ids = await Promise.all(keys.map((key) => put(key)));
  for (const { id } of ids) expect((await statesOf(id)).at(-1)).toBe('SUCCEEDED');
  expect(seen.sort()).toEqual([...keys].sort());
});

test('a worker takes only the kinds it knows', async () => {
  await put('of another kind', 'TRAIN_TASK');
  expect(await claimJob(database, ['EMBED', 'INGEST'])).toBeUndefined();
  expect(await claimJob(database, ['TRAIN_TASK'])).toMatchObject({ key: 'of another kind' });
});

test('a worker that stops puts its job back without counting a failure', async () => {
  const started = deferred();
  const worker = work({
    handler: async (_job, { signal }) => {
      started.resolve();
      await delay(10_000, undefined, { signal });
    },
  });
  const { id } = await put();
  await started.promise;
  await worker.stop({ graceMs: 10 });
  expect(await row(id)).toMatchObject({ state: 'QUEUED', failures: 0 });
  expect(await claimJob(database, ['EMBED'])).toMatchObject({ id, attempt: 2 });
});

test('a queued job whose message was lost gets another', async () => {
  const { id } = await put();
  await database.query('delete from pgboss.job');
  expect(await claimJob(database, ['EMBED'])).toBeUndefined();
  await resendLostMessages(database, ['EMBED']);
  expect(await claimJob(database, ['EMBED'])).toMatchObject({ id });
});

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
