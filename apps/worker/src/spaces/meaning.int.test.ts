// The learned space beside the others: created, filled by its backfill, switched to, asked with words. Needs weights/biud
// and the built files (threads).
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { findFindings, newId, type Polarity, sha256 } from '@tomograph/kernel';
import { searchCases } from '@tomograph/retrieval';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ComputeThread } from '../compute/compute-thread.js';
import type { WorkerDependencies } from '../dependencies.js';
import { draftOfStudy } from '../search/draft-of-study.js';
import { encodeQuery } from '../search/encode-query.js';
import { regionBox } from '../search/region-box.js';
import { zeroShot } from '../search/zero-shot.js';
import { runBackfill } from './backfill.job.js';
import { ensureSpaces } from './ensure-spaces.js';
import { readMeaningBundle, shippedMeaningFolder } from './meaning-bundles.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const reports: Readonly<Record<string, readonly string[]>> = {
  effusion: ['Large left pleural effusion.', 'The heart is normal in size.'],
  emphysema: ['Severe centrilobular emphysema in both lungs.', 'No pleural effusion.'],
};

const codesIn = (text: string, polarity: Polarity): string[] =>
  findFindings(text).flatMap((mention) => (mention.polarity === polarity ? [mention.code] : []));

test('without weights there is no learned space', async () => {
  expect(await readMeaningBundle('/nowhere/at/all')).toBeUndefined();
});

test('a folder that is too large for a bundle is refused before it is read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tomograph-bundle-'));
  try {
    const path = join(folder, 'ct.onnx');
    writeFileSync(path, '');
    truncateSync(path, 2 ** 40); // a hole of a terabyte: reading it would fail otherwise
    await expect(readMeaningBundle(folder)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  } finally {
    rmSync(folder, { recursive: true });
  }
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
          ...{ section: 'FINDINGS' as const, text },
          ...{ findingsPresent: codesIn(text, 'PRESENT'), findingsAbsent: codesIn(text, 'ABSENT') },
          findingsUnsure: [],
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
    await ensureSpaces(database, database.home);
    await ensureSpaces(database, database.home);
    space = await learned();
    expect(space).toMatchObject({ phase: 'BUILDING', channel: 'meaning', stored: 0 });
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

  const services = () => ({ database, compute, home: database.home });
  const viewer = () => ({ projectIds: [projectId] });
  /** A case with a CT that was never pixels: its vectors are those of sentences. */
  const caseWithCt = async (seed: string, sentence: string | undefined): Promise<string> => {
    const study = await sampleStudy(database.blobs, {
      projectId,
      seed,
      overrides: { xrays: [], reports: [] },
    });
    const { studyId, seriesIds } = await database.systemDbBypassingViewer('test').saveStudy(study);
    if (sentence === undefined) return studyId;
    const [{ whole }] = [(await compute.run('describeQuery', { text: sentence, space: space.digest }))!];
    const row = { projectId, studyId, subjectKind: 'SERIES' as const, subjectId: seriesIds[0]! };
    const cells = Array.from({ length: 27 }, (_, cell) => ({
      ...{ ...row, part: `cell-${cell}` },
      vector: whole.vector.map((value, i) => value + (cell === 13 ? 0 : i % 2) * 0.2),
    }));
    await saveEmbeddings(database, space, [{ ...row, part: '', vector: whole.vector }, ...cells]);
    return studyId;
  };

  test('reads calibrated findings from the vectors of a CT, the most probable first', async () => {
    const studyId = await caseWithCt('read', 'There is a large pleural effusion.');
    const read = await zeroShot(studyId, {}, viewer(), services());
    expect(read).toMatchObject({ studyId, space: 'biud@1', cells: 3 });
    expect(read.findings.length).toBeGreaterThanOrEqual(18);
    const probabilities = read.findings.map(({ probability }) => probability!);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    for (const { probability, threshold, prompts, heat, cell, calibration } of read.findings) {
      expect(probability! >= 0 && probability! <= 1 && threshold! > 0).toBe(true);
      expect(prompts.present.length).toBeGreaterThanOrEqual(5);
      expect(heat).toHaveLength(27);
      expect(heat[cell]).toBe(Math.max(...heat));
      expect(calibration!.cases).toBeGreaterThan(0);
    }
    const asked = { findings: ['pleural effusion', 'EMPHYSEMA'] };
    const some = await zeroShot(studyId, asked, viewer(), services());
    expect(some.findings.map(({ code }) => code)).toEqual(['PLEURAL_EFFUSION', 'EMPHYSEMA']);
    expect(some.findings[0]!.score).toBeGreaterThan(some.findings[1]!.score);
  });

  test('prompts of the caller are scored and never called probable', async () => {
    const studyId = await caseWithCt('prompts', 'There is a large pleural effusion.');
    const prompts = [{ present: ['There is a pleural effusion.'] }, { present: ['emphysema'] }];
    const { findings } = await zeroShot(studyId, { prompts }, viewer(), services());
    expect(findings.map(({ code, probability, threshold }) => [code, probability, threshold])).toEqual([
      [null, null, null],
      [null, null, null],
    ]);
    expect(findings[0]!.prompts.absent).toEqual(['There is no pleural effusion.']);
    expect(findings[0]!.score).toBeGreaterThan(findings[1]!.score);
  });

  test('drafts a report whose sentences cite a region and what the nearest reports say', async () => {
    const studyId = await caseWithCt('draft', 'There is a large pleural effusion on the left.');
    const draft = await draftOfStudy(studyId, viewer(), services());
    expect(draft).toMatchObject({ studyId, space: 'biud@1', cells: 3 });
    expect(draft.sentences.length).toBeGreaterThan(0);
    for (const { heat, cell, nearestFacts, finding, isPresent } of draft.sentences) {
      expect(heat[cell]).toBe(Math.max(...heat));
      for (const fact of nearestFacts) {
        expect((isPresent ? fact.present : fact.absent).includes(finding)).toBe(true);
        expect(Object.values(studies)).toContain(fact.studyId);
      }
    }
    const effusion = draft.sentences.find(({ finding }) => finding === 'PLEURAL_EFFUSION');
    expect(effusion).toMatchObject({ isPresent: true });
    expect(effusion!.nearestFacts.map((fact) => fact.studyId)).toEqual([studies.effusion]);
  });

  test('a case without a CT, without vectors or of others is refused in words', async () => {
    const refused = async (studyId: string, projectIds: string[], code: string) => {
      await expect(zeroShot(studyId, {}, { projectIds }, services())).rejects.toMatchObject({ code });
      await expect(draftOfStudy(studyId, { projectIds }, services())).rejects.toMatchObject({ code });
    };
    await refused(studies.effusion!, [projectId], 'INVALID_ARGUMENT');
    const bare = await caseWithCt('bare', undefined);
    await refused(bare, [projectId], 'SPACE_STATE');
    await refused(bare, [newId<string>()], 'NOT_FOUND');
    await expect(regionBox(newId<string>(), viewer(), services())).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
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
