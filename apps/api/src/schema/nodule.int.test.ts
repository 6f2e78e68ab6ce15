// Assessments of nodules as a client asks for them, reads them and downloads them.
import { sha256 } from '@tomograph/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onePixelPng } from '../testing/seed-nodule.js';
import { type TestApi, testApi } from '../testing/test-api.js';
import { encodeId } from './global-id.js';

let api: TestApi;
let series: string;
beforeAll(async () => {
  api = await testApi();
  series = encodeId('Series', api.own.cases[0]!.seriesId);
});
afterAll(() => api[Symbol.asyncDispose]());

const place = (x: number, y: number, z: number) => ({ point: { x, y, z } });
const mutation = `mutation ($input: AssessNoduleInput!) { assessNodule(input: $input) {
  job { id kind state } userErrors { code message } } }`;
const assess = async (key: string, input: object) => {
  const { data, errors } = await api.ask(key, mutation, { input });
  return { ...data?.assessNodule, errors };
};

describe('reading', () => {
  test('a finding comes with interval, sizes, what it rests on, warnings and files', async () => {
    const query = `query ($id: ID!) { node(id: $id) { ... on Series { noduleAssessments { id manifest
      target { point { x y z } low { x } } refusal { reason } series { id }
      finding { probability interval { low high level } longestDiameterMm perpendicularDiameterMm ballDiameterMm volumeMm3
        centre { x y z } attributes { name value least most } warnings { code message }
        prototypes { outcome weight example { number outcome pictureUrl } }
        nearest { distance nodule { number outcome diameterMm pictureUrl attribution } } maskUrl segUrl srUrl } } } } }`;
    const { data, errors } = await api.ask(api.own.keys.READER, query, { id: series });
    expect(errors).toEqual([]);
    const [found] = data.node.noduleAssessments;
    const id = api.own.cases[0]!.noduleId;
    expect(found).toMatchObject({
      id: encodeId('NoduleAssessment', id),
      manifest: sha256('pare'),
      target: { point: { x: 1, y: 2, z: 3 }, low: null },
      refusal: null,
      series: { id: series },
      finding: {
        probability: 0.7,
        interval: { low: 0.5, high: 0.8, level: 0.9 },
        longestDiameterMm: 9,
        perpendicularDiameterMm: 6,
        centre: { x: 1.5, y: 2.5, z: 3.5 },
        warnings: [{ code: 'THICK_SLICES' }],
        maskUrl: `/v1/blobs/nodules/${id}/mask.nii.gz`,
        segUrl: `/v1/blobs/nodules/${id}/segmentation.dcm`,
        srUrl: `/v1/blobs/nodules/${id}/report.dcm`,
      },
    });
    expect(found.finding.attributes).toEqual([
      { name: 'calcification', value: 0.1, least: 0, most: 1 },
      { name: 'spiculation', value: 4.2, least: 1, most: 5 },
    ]);
    expect(found.finding.prototypes).toEqual([
      {
        outcome: 'MALIGNANT',
        weight: 0.6,
        example: { number: 12, outcome: 'MALIGNANT', pictureUrl: `/v1/blobs/nodules/${id}/like-12.png` },
      },
      { outcome: 'BENIGN', weight: 0.1, example: null },
    ]);
    expect(found.finding.nearest[1]).toMatchObject({
      distance: 0.6,
      nodule: { number: 40, diameterMm: 5, pictureUrl: null, attribution: expect.stringMatching(/CC BY/) },
    });
  });

  test('a case lists those of all its series', async () => {
    const query = 'query ($id: ID!) { case(id: $id) { noduleAssessments { id } } }';
    const id = encodeId('Case', api.own.cases[1]!.studyId);
    const { data } = await api.ask(api.own.keys.READER, query, { id });
    expect(data.case.noduleAssessments).toEqual([
      { id: encodeId('NoduleAssessment', api.own.cases[1]!.noduleId) },
    ]);
  });
});

describe('files', () => {
  const urlOf = (name: string) => `/v1/blobs/nodules/${api.own.cases[0]!.noduleId}/${name}`;

  test.each([
    ['mask.nii.gz', 'application/gzip'],
    ['segmentation.dcm', 'application/dicom'],
    ['report.dcm', 'application/dicom'],
  ])('%s is sent to who may see the case, and to nobody else', async (name, type) => {
    const mine = await api.fetch(api.own.keys.READER, urlOf(name));
    expect([mine.status, mine.headers.get('content-type')]).toEqual([200, type]);
    expect((await api.fetch(api.other.keys.ADMIN, urlOf(name))).status).toBe(404);
    expect((await api.fetch(undefined, urlOf(name))).status).toBe(401);
  });

  test('pictures of stored nodules are sent as PNG, and only those that the answer names', async () => {
    const picture = await api.fetch(api.own.keys.READER, urlOf('like-12.png'));
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await picture.arrayBuffer()).toString('base64')).toBe(onePixelPng);
    for (const name of ['like-40.png', 'like-x.png', 'like-12.jpg', '../secrets', 'like-12.png/more'])
      expect((await api.fetch(api.own.keys.READER, urlOf(name))).status, name).toBe(404);
    expect((await api.fetch(api.other.keys.ADMIN, urlOf('like-12.png'))).status).toBe(404);
  });
});

describe('asking', () => {
  test('a list of points and boxes is one job, and the same list again is the same job', async () => {
    const places = [
      place(-57.4, 131.2, -520.4),
      { low: { x: 0, y: 0, z: 0 }, high: { x: 20, y: 20, z: 20 } },
    ];
    const first = await assess(api.own.keys.CURATOR, { series, places });
    expect(first).toMatchObject({ job: { kind: 'ASSESS_NODULE', state: 'QUEUED' }, userErrors: [] });
    expect((await assess(api.own.keys.CURATOR, { series, places })).job.id).toBe(first.job.id);
    const ofCase = { case: encodeId('Case', api.own.cases[0]!.studyId), places };
    expect((await assess(api.own.keys.CURATOR, ofCase)).job.id).toBe(first.job.id);
    expect((await assess(api.own.keys.CURATOR, { series, places: places.slice(1) })).job.id).not.toBe(
      first.job.id,
    );
  });

  test.each<[string, object, string, RegExp]>([
    ['no place', { places: [] }, 'INVALID_ARGUMENT', /at least one place/],
    ['half a box', { places: [{ low: { x: 0, y: 0, z: 0 } }] }, 'INVALID_ARGUMENT', /place 1/],
    [
      'a box inside out',
      { places: [{ low: { x: 1, y: 1, z: 1 }, high: { x: 0, y: 2, z: 2 } }] },
      'INVALID_ARGUMENT',
      /low must lie below high/,
    ],
    [
      'a box of half a metre',
      { places: [{ low: { x: 0, y: 0, z: 0 }, high: { x: 500, y: 2, z: 2 } }] },
      'INVALID_ARGUMENT',
      /at most 80 mm/,
    ],
    ['a place beyond the room', { places: [place(1e9, 0, 0)] }, 'INVALID_ARGUMENT', /place 1/],
    ['too many places', { places: Array(51).fill(place(0, 0, 0)) }, 'LIMIT_EXCEEDED', /at most 50/],
  ])('%s is refused in words', async (_what, input, code, words) => {
    const { job, userErrors } = await assess(api.own.keys.CURATOR, { series, ...input });
    expect(job).toBeNull();
    expect(userErrors).toMatchObject([{ code, message: expect.stringMatching(words) }]);
  });

  test('neither series nor case, a series of others, and a reader are refused by their own codes', async () => {
    const places = [place(0, 0, 0)];
    const codeOf = async (key: string, input: object) => {
      const { userErrors, errors } = await assess(key, input);
      return userErrors?.[0]?.code ?? errors[0]?.extensions.code;
    };
    expect(await codeOf(api.own.keys.CURATOR, { places })).toBe('INVALID_ARGUMENT');
    expect(await codeOf(api.other.keys.ADMIN, { series, places })).toBe('NOT_FOUND');
    expect(await codeOf(api.own.keys.READER, { series, places })).toBe('FORBIDDEN');
  });

  test('nothing of it stands in the log but ids', () => {
    expect(api.log()).not.toMatch(/131\.2|57\.4/);
  });
});
