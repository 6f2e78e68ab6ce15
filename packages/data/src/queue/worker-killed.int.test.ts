// Worker processes killed in the middle of a job. Needs the built files (`tsc -b packages/data`).
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProjectId } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { enqueueAlone } from './enqueue.js';
import { watchJobEvents } from './watch.js';

vi.setConfig({ testTimeout: 120_000 }); // processes start here, on machines that do other things too

const built = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
let database: TestDatabase;
let projectId: ProjectId;
const children: ChildProcess[] = [];
beforeAll(async () => {
  database = await testDatabase();
  projectId = await database.systemDbBypassingViewer('test').ensureProject('killed');
  await database.query('create table effect (job uuid, pid int, attempt int)');
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await database.close();
});

/** A worker process whose handler waits for ever (`slow`) or writes one row of effect together with its result. */
function startWorker(manner: 'slow' | 'quick', silentMs: number): ChildProcess {
  const script = `import { connectDatabase, workJobs } from ${JSON.stringify(built)};
    const database = await connectDatabase(${JSON.stringify(database.config)});
    workJobs(database, {
      kinds: ['EMBED'], concurrency: 1, pollMs: 50, heartbeatMs: 200, silentMs: ${silentMs},
      async handler(job, context) {
        await context.progress(0.5, '${manner}');
        if ('${manner}' === 'slow') await new Promise(() => {});
        await context.finish(async (tx) => {
          await tx.query('insert into effect values ($1, $2, $3)', [job.id, process.pid, job.attempt]);
          return { by: '${manner}' };
        });
      },
    });
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  children.push(child);
  return child;
}
async function reaches(
  id: string,
  isThere: (event: { step: string; state: string }) => boolean,
): Promise<void> {
  for await (const event of watchJobEvents(database, id, 0, { pollMs: 50 })) if (isThere(event)) return;
}

test('a worker killed in the middle of a job loses nothing, and the job finishes exactly once', async () => {
  const { id } = await enqueueAlone(database, { projectId, kind: 'EMBED', key: 'killed', input: {} });
  const first = startWorker('slow', 15_000);
  await reaches(id, (event) => event.step === 'slow');
  const ended = new Promise((resolve) => first.once('exit', resolve));
  first.kill('SIGKILL');
  await ended;
  const second = startWorker('quick', 1500);
  await reaches(id, (event) => event.state === 'SUCCEEDED');
  const [job] = await database.query('select state::text, attempt, result from job where id = $1', [id]);
  expect(job).toEqual({ state: 'SUCCEEDED', attempt: 2, result: { by: 'quick' } });
  expect(await database.query('select * from effect')).toEqual([{ job: id, pid: second.pid, attempt: 2 }]);
});

test('a worker that was only asleep wakes up to a job that is done, and changes nothing', async () => {
  await database.query('delete from effect');
  for (const child of children.splice(0)) child.kill('SIGKILL');
  const { id } = await enqueueAlone(database, { projectId, kind: 'EMBED', key: 'asleep', input: {} });
  const sleeper = startWorker('slow', 60_000);
  await reaches(id, (event) => event.step === 'slow');
  sleeper.kill('SIGSTOP');
  startWorker('quick', 1500);
  await reaches(id, (event) => event.state === 'SUCCEEDED');
  sleeper.kill('SIGCONT');
  // its next heart-beats find the job gone; a job queued now shows that both have moved on
  const { id: next } = await enqueueAlone(database, { projectId, kind: 'EMBED', key: 'next', input: {} });
  await reaches(next, (event) => event.step === 'slow' || event.state === 'SUCCEEDED');
  const [job] = await database.query('select state::text, attempt, result from job where id = $1', [id]);
  expect(job).toEqual({ state: 'SUCCEEDED', attempt: 2, result: { by: 'quick' } });
  expect(await database.query('select 1 from effect where job = $1', [id])).toHaveLength(1);
});
