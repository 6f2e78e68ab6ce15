// Words and meaning over one base of reports, with the second stage of ranking: each study has the vectors of one CT in
// the shape of the shipped encoder (the whole, and 27 regions), made up, since what is timed does not depend on them.
import { activateSpace, createSpace, expectVectors, type SqlDatabase, saveEmbeddings } from '@tomograph/data';
import { newId, Random, sha256 } from '@tomograph/kernel';
import { type QueryVector, readySpace, searchCases } from '@tomograph/retrieval';
import { loadTextBase } from './text-base.js';

export const width = 64;
export const regions = 27;
const studiesPerSave = 100;

export interface SecondStageResult {
  readonly question: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly n: number;
}

export async function measureSecondStage(
  db: SqlDatabase,
  options: { seed: number; count: number; runs: number; log(line: string): void },
): Promise<{ readonly source: string; readonly results: readonly SecondStageResult[] }> {
  const base = await loadTextBase(db, options);
  const random = new Random(options.seed, 'second-stage-bench');
  const noise = () => Float32Array.from({ length: width }, () => random.normal());
  const spaceId = await loadMeaning(db, base.projectId, noise);
  options.log(`${options.count} studies with reports and ${regions + 1} vectors each loaded`);
  const vector = (): QueryVector => ({ spaceId, width, vector: noise(), part: '' });
  const sentences = (count: number): QueryVector[] =>
    Array.from({ length: count }, (_, at) => ({
      ...vector(),
      sentence: { text: `sentence ${at}`, weight: 1 },
    }));
  const ways: readonly (readonly [string, () => { text?: string; vectors: QueryVector[] }])[] = [
    ['meaning, first stage alone', () => ({ vectors: [vector()] })],
    ['meaning, 1 sentence by region', () => ({ vectors: [vector(), ...sentences(1)] })],
    ['meaning, 8 sentences by region', () => ({ vectors: [vector(), ...sentences(8)] })],
    [
      '"emphysema" and meaning, 1 sentence',
      () => ({ text: 'emphysema', vectors: [vector(), ...sentences(1)] }),
    ],
    [
      '"nodule without pleural effusion" and meaning, 2 sentences',
      () => ({
        text: 'nodule without pleural effusion',
        vectors: [vector(), ...sentences(2)],
      }),
    ],
  ];
  const results: SecondStageResult[] = [];
  for (const [question, make] of ways) {
    const times: number[] = [];
    for (let run = -3; run < options.runs; run++) {
      const request = { ...make(), first: 10 };
      const started = performance.now();
      const page = await searchCases(db, { projectIds: [base.projectId] }, request);
      if (run >= 0) times.push(performance.now() - started);
      if (page.hits.length !== 10) throw new Error(`${question}: ${page.hits.length} hits of 10`);
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.floor(times.length * share)]!;
    results.push({ question, p50Ms: at(0.5), p95Ms: at(0.95), n: times.length });
    options.log(`  ${question}: p50 ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms`);
  }
  return { source: base.source, results };
}

async function loadMeaning(db: SqlDatabase, projectId: string, noise: () => Float32Array): Promise<number> {
  const space = await createSpace(db, {
    ...{ name: 'bench-meaning', version: 1, channel: 'meaning', digest: sha256('bench-meaning'), width },
    preprocessing: {},
  });
  const studies = await db.query<{ id: string }>('select id from study where project_id = $1', [projectId]);
  await expectVectors(db, space.id, studies.length);
  for (let done = 0; done < studies.length; done += studiesPerSave) {
    const rows = studies.slice(done, done + studiesPerSave).flatMap(({ id }) => {
      const of = { projectId, studyId: id, subjectKind: 'SERIES' as const, subjectId: newId<string>() };
      const cells = Array.from({ length: regions }, (_, cell) => ({
        ...of,
        part: `cell-${cell}`,
        vector: noise(),
      }));
      return [{ ...of, vector: noise() }, ...cells];
    });
    await saveEmbeddings(db, space, rows);
  }
  await db.query('analyze');
  await readySpace(db, space.id, 20);
  await activateSpace(db, space.id);
  return space.id;
}
