// The example of this package's README, run as it stands there.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { enqueueAlone, ensureLocalKey, verifyApiKey, watchJobEvents, workJobs } from './index.js';
import { sampleStudy, testDatabase } from './testing/index.js';

test('the example of the README runs', async () => {
  await using database = await testDatabase();
  const example = async () => {
    // example
    const system = database.systemDbBypassingViewer('ingest');
    const projectId = await system.ensureProject('default');
    const worker = workJobs(database, {
      kinds: ['INGEST'],
      concurrency: 1,
      handler: async (job, { progress, finish }) => {
        await progress(0.5, 'reading');
        const study = await sampleStudy(database.blobs, { projectId, seed: job.key });
        await finish((tx) => system.saveStudy(study, tx)); // study and result in one transaction, exactly once
      },
    });
    const job = await enqueueAlone(database, { projectId, kind: 'INGEST', key: 'scan-1', input: {} });
    for await (const event of watchJobEvents(database, job.id, 0))
      console.log(event.seq, event.state, event.step);
    await worker.stop();
    const viewer = await verifyApiKey(database, await ensureLocalKey(database, database.home));
    return database.viewer(viewer).cases({ first: 10 });
    // end
  };
  const page = await example();
  expect(page.edges.map((edge) => edge.node.modalities)).toEqual([['CT', 'DX']]);
});

test('and it stands there', () => {
  const own = readFileSync(fileURLToPath(import.meta.url), 'utf8').split(/ {4}\/\/ (?:example|end)\n/)[1]!;
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const isSpace = /\s/g; // the formatter breaks lines by their indentation
  expect(readme.replaceAll(isSpace, '')).toContain(own.replaceAll(isSpace, ''));
});
