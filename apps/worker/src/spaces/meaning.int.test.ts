// The learned space beside the others: created, filled by its backfill, switched to, asked with words. Needs weights/biud
// and the built files (threads).
import { existsSync } from 'node:fs';
import {
  activateSpace,
  type ClaimedJob,
  createSpace,
  type JobContext,
  listSpaces,
  type SpaceRecord,
  saveEmbeddings,
} from '@tomograph/data';
import { sampleStudy, type TestDatabase, testDatabase } from '@tomograph/data/testing';
import { newId, sha256 } from '@tomograph/kernel';
import { searchCases } from '@tomograph/retrieval';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ComputeThread } from '../compute/compute-thread.js';
import type { WorkerDependencies } from '../dependencies.js';
import { encodeQuery } from '../search/encode-query.js';
import { readFindings } from '../search/read-findings.js';
import { runBackfill } from './backfill.job.js';
import { ensureSpaces } from './ensure-spaces.js';
import { shippedMeaning, shippedMeaningFolder } from './shipped-meaning.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const reports: Readonly<Record<string, readonly string[]>> = {
  effusion: ['Large left pleural effusion.', 'The heart is normal in size.'],
  emphysema: ['Severe centrilobular emphysema in both lungs.', 'No pleural effusion.'],
};

test('without weights there is no learned space', async () => {
  expect(await shippedMeaning('/nowhere/at/all')).toBeUndefined();
});

describe.skipIf(!existsSync(shippedMeaningFolder))('the learned space', () => {
  let database: TestDatabase;
  const compute = new ComputeThread();
  const studies: Record<string, string> = {};
  let projectId: string;
  let space: SpaceRecord;

  beforeAll(async () => {
    database = await testDatabase();
    const system = database.systemDbBypassingViewer('test');
    projectId = await system.ensureProject('meaning');
    for (const [seed, sentences] of Object.entries(reports)) {
      const report = {
        contentDigest: sha256(seed),
        text: sentences.join(' '),
        sentences: sentences.map((text) => ({
          section: 'FINDINGS' as const,
          text,
          ...{ findingsPresent: [], findingsAbsent: [], findingsUnsure: [] },
        })),
      };
      const overrides = { series: [], xrays: [], reports: [report] };
      const saved = await system.saveStudy(await sampleStudy(database.blobs, { projectId, seed, overrides }));
      studies[seed] = saved.studyId;
    }
  });
  afterAll(async () => {
    await compute[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const learned = async (): Promise<SpaceRecord> =>
    (await listSpaces(database)).find(({ name }) => name === 'biud')!;

  const ask = async (text: string) => {
    const vectors = await encodeQuery(text, { database, compute });
    const viewer = { projectIds: [projectId] } as never;
    return searchCases(database, viewer, { vectors });
  };

  test('is created beside the others and never switched to by itself', async () => {
    await ensureSpaces(database);
    await ensureSpaces(database);
    space = await learned();
    expect(space).toMatchObject({ phase: 'BUILDING', channel: 'meaning', width: 64, stored: 0 });
    expect(await encodeQuery('effusion', { database, compute })).toEqual([]);
  });

  test('is filled by its backfill and ready with a measured recall', async () => {
    const steps: number[] = [];
    const job = { input: { spaceId: space.id } } as unknown as ClaimedJob;
    const context = {
      signal: new AbortController().signal,
      progress: async (done: number) => void steps.push(done),
    } as unknown as JobContext;
    const deps = { database, compute } as unknown as WorkerDependencies;
    expect(await runBackfill(job, context, deps)).toEqual({ images: 2, stored: 2 });
    expect(steps.at(-1)).toBe(1);
    expect(await learned()).toMatchObject({ phase: 'READY', stored: 2, recallAt10: 1 });
    expect(await runBackfill(job, context, deps)).toEqual({ images: 0, stored: 0 });
  });

  test('answers words by what reports mean, once somebody switched to it', async () => {
    await activateSpace(database, space.id);
    const page = await ask('fluid in the pleural space');
    expect(page.hits.map(({ studyId }) => studyId)).toEqual([studies.effusion, studies.emphysema]);
    expect(page.channels[0]).toMatchObject({ channel: 'MEANING', space: 'biud@1' });
    expect((await ask('emphysematous lungs')).hits[0]!.studyId).toBe(studies.emphysema);
  });

  test('reads findings and a draft from the vectors of a CT, and of no case of others', async () => {
    const unit = Float32Array.from({ length: space.width }, (_, i) => (i === 0 ? 1 : 0));
    const [studyId, seriesId] = [studies.effusion!, newId<string>()];
    const row = { projectId, studyId, subjectKind: 'SERIES' as const, subjectId: seriesId, vector: unit };
    const cells = Array.from({ length: 27 }, (_, cell) => ({ ...row, part: `cell-${cell}` }));
    await saveEmbeddings(database, space, [{ ...row, part: '' }, ...cells]);
    const deps = { database, compute };
    const read = await readFindings(studyId, { projectIds: [projectId] }, deps);
    expect(read).toMatchObject({ seriesId, space: 'biud@1' });
    expect(read.findings.length).toBeGreaterThanOrEqual(18);
    for (const { probability, threshold, isPresent, prompts } of read.findings) {
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
      expect(isPresent).toBe(probability >= threshold);
      expect(prompts.length).toBeGreaterThanOrEqual(10);
    }
    expect(read.draft.text.length).toBeGreaterThan(0);
    const foreign = readFindings(studyId, { projectIds: [newId<string>()] }, deps);
    await expect(foreign).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('refuses vectors of another training at the same width', async () => {
    const other = await createSpace(database, {
      name: 'biud',
      version: 2,
      channel: 'meaning',
      digest: sha256('another training'),
      width: space.width,
      preprocessing: {},
    });
    const [vector] = await encodeQuery('emphysema', { database, compute });
    const viewer = { projectIds: [projectId] } as never;
    const asked = searchCases(database, viewer, { vectors: [{ ...vector!, spaceId: other.id }] });
    await expect(asked).rejects.toMatchObject({ code: 'SPACE_MISMATCH' });
  });
});
