// Zero-shot and drafts over HTTP: what the port answers comes out as the schema says; what it refuses, too. Networks are
// the worker's: apps/worker/src/spaces/meaning.int.test.ts.
import { AppError } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MeaningPort, ZeroShotRequest } from '../meaning/meaning-port.js';
import { type Client, type TestApi, testApi } from '../testing/test-api.js';
import { encodeId } from './global-id.js';

let api: TestApi;
let reading: Client;
const asked: { studyId: string; request: ZeroShotRequest; projectIds: readonly string[] }[] = [];
const heat = Array.from({ length: 27 }, (_, cell) => (cell === 13 ? 0.5 : 0));

beforeAll(async () => {
  api = await testApi();
  const [own, second] = api.own.cases;
  const of = { studyId: own!.studyId, seriesId: own!.seriesId, space: 'biud@1', cells: 3 };
  const seenBy = (projectIds: readonly string[]) => {
    if (projectIds.includes(api.own.projectId)) return;
    throw new AppError('NOT_FOUND', { message: 'no such case', facts: { argument: 'study' } });
  };
  const prompts = { present: ['There is x.'], absent: ['No x.'] };
  const meaning: MeaningPort = {
    async zeroShot(studyId, request, { projectIds }) {
      seenBy(projectIds);
      asked.push({ studyId, request, projectIds });
      if (request.findings?.includes('plural efusion')) {
        const facts = { argument: 'findings', suggestions: ['PLEURAL_EFFUSION'] };
        throw new AppError('INVALID_ARGUMENT', { message: 'did you mean PLEURAL_EFFUSION?', facts });
      }
      const calibrated = { code: 'PLEURAL_EFFUSION', probability: 0.75, threshold: 0.5 };
      const free = { code: null, probability: null, threshold: null };
      const rest = { prompts, score: 0.25, cell: 13, heat };
      const calibration = { positives: 5, cases: 40 };
      return {
        ...of,
        findings: [
          { ...calibrated, ...rest, calibration },
          { ...free, ...rest },
        ],
      };
    },
    async draftReport(_studyId, { projectIds }) {
      seenBy(projectIds);
      const fact = { sentenceId: second!.sentenceId, studyId: second!.studyId, similarity: 0.5 };
      const foreign = { ...fact, ...api.other.cases[0]!, present: [], absent: [] };
      const sentence = {
        ...{ text: 'Pleural effusion on the left.', finding: 'PLEURAL_EFFUSION', isPresent: true },
        ...{ side: 'left' as const, probability: 0.75, threshold: 0.5, prompts: ['x'], cell: 13, heat },
        nearestFacts: [{ ...fact, present: [], absent: [] }, foreign],
      };
      return { ...of, text: sentence.text, sentences: [sentence] };
    },
    async regionBox() {
      return { low: [-100, -80, 0], high: [120, 90, 300] };
    },
  };
  reading = await api.another({ meaning });
});
afterAll(async () => {
  await reading[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const study = () => encodeId('Case', api.own.cases[0]!.studyId);
const zeroShot = `query ($study: ID!, $findings: [String!], $prompts: [PromptPair!]) {
  zeroShot(study: $study, findings: $findings, prompts: $prompts) {
    seriesId space cells
    findings { finding { code name } isCalibrated probability threshold isPresent score
      calibration { positives cases } prompts { present absent } evidence { region score heat } } } }`;

test('zero-shot tells a calibrated probability from a bare score', async () => {
  const prompts = [{ present: ['There is x.'] }];
  const variables = { study: study(), findings: ['PLEURAL_EFFUSION'], prompts };
  const { data, errors } = await reading.ask(api.own.keys.READER, zeroShot, variables);
  expect(errors).toEqual([]);
  expect(data.zeroShot).toMatchObject({ space: 'biud@1', cells: 3 });
  expect(data.zeroShot.seriesId).toBe(encodeId('Series', api.own.cases[0]!.seriesId));
  const evidence = { region: 'cell-13', score: 0.5, heat };
  const rest = { score: 0.25, prompts: { present: ['There is x.'], absent: ['No x.'] }, evidence };
  expect(data.zeroShot.findings).toEqual([
    {
      ...{ finding: { code: 'PLEURAL_EFFUSION', name: 'pleural effusion' }, isCalibrated: true },
      ...{ probability: 0.75, threshold: 0.5, isPresent: true, calibration: { positives: 5, cases: 40 } },
      ...rest,
    },
    {
      ...{ finding: null, isCalibrated: false, probability: null, threshold: null, isPresent: null },
      ...{ calibration: null, ...rest },
    },
  ]);
  expect(asked.at(-1)).toEqual({
    ...{ studyId: api.own.cases[0]!.studyId, projectIds: [api.own.projectId] },
    request: { findings: ['PLEURAL_EFFUSION'], prompts: [{ present: ['There is x.'], absent: undefined }] },
  });
});

test('an unknown finding is refused with suggestions', async () => {
  const variables = { study: study(), findings: ['plural efusion'] };
  const { data, errors } = await reading.ask(api.own.keys.READER, zeroShot, variables);
  expect(data).toBeNull();
  expect(errors[0]!.extensions).toMatchObject({
    code: 'INVALID_ARGUMENT',
    facts: { suggestions: ['PLEURAL_EFFUSION'] },
  });
});

test('long lists are refused before they are read', async () => {
  const before = asked.length;
  const many = new Array(101).fill('x');
  for (const part of [{ findings: many }, { prompts: [{ present: many }] }]) {
    const { errors } = await reading.ask(api.own.keys.READER, zeroShot, { study: study(), ...part });
    expect(errors[0]!.extensions.code).toBe('LIMIT_EXCEEDED');
  }
  expect(asked).toHaveLength(before);
});

const draft = `query ($study: ID!) { draftReport(study: $study) { seriesId space cells text
  sentences { text finding { code } isPresent side probability threshold prompts evidence { region score }
    nearestFacts { similarity case { id } sentence { text } } } } }`;

test('a drafted sentence cites its region and reports that the viewer may see', async () => {
  const { data, errors } = await reading.ask(api.own.keys.READER, draft, { study: study() });
  expect(errors).toEqual([]);
  const [sentence] = data.draftReport.sentences;
  expect(sentence).toMatchObject({
    ...{ text: data.draftReport.text, finding: { code: 'PLEURAL_EFFUSION' }, isPresent: true, side: 'left' },
    evidence: { region: 'cell-13', score: 0.5 },
  });
  expect(sentence.nearestFacts[0].case.id).toBe(encodeId('Case', api.own.cases[1]!.studyId));
  expect(sentence.nearestFacts[0].sentence.text).toContain('effusion');
  expect(sentence.nearestFacts[1]).toMatchObject({ case: null, sentence: null });
});

test('a case of another project is not found', async () => {
  for (const query of [zeroShot, draft]) {
    const { data, errors } = await reading.ask(api.other.keys.ADMIN, query, { study: study() });
    expect([data, errors[0]!.extensions.code]).toEqual([null, 'NOT_FOUND']);
    const nobody = await reading.ask(undefined, query, { study: study() });
    expect([nobody.status, nobody.errors[0]!.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
  }
});

test('the box of the regions lies in the frame of the stored volume', async () => {
  const query = `query ($id: ID!) { node(id: $id) { ... on Series { regionBox { lowMm highMm } } } }`;
  const id = encodeId('Series', api.own.cases[0]!.seriesId);
  const { data } = await reading.ask(api.own.keys.READER, query, { id });
  expect(data.node.regionBox).toEqual({ lowMm: [-120, -90, 0], highMm: [100, 80, 300] });
  const plain = await api.ask(api.own.keys.READER, query, { id });
  expect(plain.data.node.regionBox).toBeNull(); // this server has no learned space
});

test('a server without a learned space says so', async () => {
  const { errors } = await api.ask(api.own.keys.READER, draft, { study: study() });
  expect(errors[0]!.extensions.code).toBe('PROVIDER_UNAVAILABLE');
});
