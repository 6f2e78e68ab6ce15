// The server as its clients see it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeId } from '../schema/global-id.js';
import { type TestApi, testApi } from '../testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api[Symbol.asyncDispose]());

describe('reading', () => {
  test('a case with everything it consists of', async () => {
    const { data, errors } = await api.ask(
      api.own.keys.READER,
      `query ($id: ID!) { case(id: $id) {
         label patientKey sex ageBand shiftedDay bodyPart modalities isDemo thumbnailUrl
         series { size volumeUrl thumbnails { axial } notes { code } } xrays { view imageUrl }
         reports { text sentences { section ordinal text findings { polarity finding { code name } } } }
         findings { polarity finding { code } } } }`,
      { id: encodeId('Case', api.own.cases[0]!.studyId) },
    );
    expect(errors).toEqual([]);
    expect(data.case).toMatchObject({
      sex: 'FEMALE',
      ageBand: 50,
      shiftedDay: '2020-01-01',
      bodyPart: 'CHEST',
      modalities: ['CT', 'DX'],
      series: [{ size: [4, 5, 6], notes: [{ code: 'TILT_CORRECTED' }] }],
      xrays: [{ view: 'PA' }],
      findings: [
        { polarity: 'PRESENT', finding: { code: 'PLEURAL_EFFUSION' } },
        { polarity: 'ABSENT', finding: { code: 'PNEUMOTHORAX' } },
      ],
    });
    expect(data.case.patientKey).toHaveLength(8);
  });
});
