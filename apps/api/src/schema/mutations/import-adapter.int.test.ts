// Adapters from elsewhere over the API: a good one becomes a job at once, every bad one is refused by its own code before
// there is a job, and what served before serves on.
import { f32Tensor, sha256 } from '@tomograph/kernel';
import type { PeftFiles } from '@tomograph/registry';
import { type SampleFiles, sampleFiles, sampleKeys } from '@tomograph/registry/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededWeights } from '../../testing/seed-models.js';
import { sendUpload, type TestApi, testApi } from '../../testing/test-api.js';
import { encodeId } from '../global-id.js';

let api: TestApi;
let curator: string;
beforeAll(async () => {
  api = await testApi();
  curator = api.own.keys.CURATOR;
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const mutation = `mutation ($input: ImportAdapterInput!) { importAdapter(input: $input) {
  job { id kind about state modelVersion { uri } }
  userErrors { code message field } } }`;

async function importFiles(files: PeftFiles, input: object = {}) {
  const send = (bytes: Uint8Array) => sendUpload(api, curator, 'ADAPTER', bytes);
  const uploads = {
    adapterConfig: await send(files.adapterConfig),
    adapterModel: await send(files.adapterModel),
    ...(files.card && { card: await send(files.card) }),
  };
  const { data, errors } = await api.ask(curator, mutation, {
    input: { name: 'kidney', licence: 'MIT', ...uploads, ...input },
  });
  expect(errors).toEqual([]);
  return data.importAdapter;
}

const files = (change: SampleFiles = {}) => sampleFiles(seededWeights, { seed: 5, ...change });

test('a good adapter is a job at once: its files are stored, its words stand in what the worker gets', async () => {
  const good = files({ card: '---\nlicense: mit\n---\n' });
  const digest = sha256(good.adapterModel);
  const made = await importFiles(good, {
    licence: undefined,
    from: 'https://example.org/kidney',
    adapterModelDigest: digest,
  });
  expect(made).toMatchObject({
    job: { kind: 'IMPORT_ADAPTER', about: 'kidney', state: 'QUEUED', modelVersion: null },
    userErrors: [],
  });
  const [row] = await api.database.query<{ input: object }>(
    "select input from job where kind = 'IMPORT_ADAPTER' and input->>'name' = 'kidney'",
  );
  expect(row!.input).toMatchObject({
    licence: 'mit',
    from: 'https://example.org/kidney',
    base: 'models:/sample-base/1',
    config: sha256(good.adapterConfig),
    model: digest,
  });
  expect(await api.models.registry.blobs.get(digest)).toEqual(good.adapterModel);
});

test('the same files and words are the same job, sent again or asked again; other words are another', async () => {
  const first = await importFiles(files(), { name: 'again' });
  expect((await importFiles(files(), { name: 'again' })).job.id).toBe(first.job.id);
  expect((await importFiles(files(), { name: 'again', from: 'elsewhere' })).job.id).not.toBe(first.job.id);
  const uploads = {
    adapterConfig: await sendUpload(api, curator, 'ADAPTER', files().adapterConfig),
    adapterModel: await sendUpload(api, curator, 'ADAPTER', files().adapterModel),
  };
  const input = { name: 'twice', licence: 'MIT', ...uploads };
  const ids = [];
  for (let n = 0; n < 2; n++)
    ids.push((await api.ask(curator, mutation, { input })).data.importAdapter.job.id);
  expect(ids[0]).toBe(ids[1]);
});

test('what the worker makes of it is the version of the job', async () => {
  const { job } = await importFiles(files(), { name: 'made' });
  const result = {
    model: 'spleen',
    version: 1,
    manifest: sha256('m'),
    verdict: 'green',
    certificate: sha256('c'),
    reasons: [],
  };
  await api.database.query("update job set state = 'SUCCEEDED', result = $1 where input->>'name' = 'made'", [
    JSON.stringify(result),
  ]);
  const { data } = await api.ask(curator, `{ job(id: "${job.id}") { state modelVersion { uri } } }`);
  expect(data.job).toEqual({ state: 'SUCCEEDED', modelVersion: { uri: 'models:/spleen/1' } });
});

test('the name of a base is no name for a task', async () => {
  const { userErrors } = await importFiles(files(), { name: api.models.base.name });
  expect(userErrors).toMatchObject([{ code: 'INVALID_ARGUMENT', field: ['input', 'name'] }]);
});

const tensors = (change: SampleFiles['tensors']) => () => files({ tensors: change! });
const bytes = (change: (bytes: Uint8Array) => Uint8Array) => () => {
  const good = files();
  return { ...good, adapterModel: change(good.adapterModel.slice()) };
};
const header = (text: string) => () => {
  const encoded = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + encoded.length + 48);
  new DataView(file.buffer).setBigUint64(0, BigInt(encoded.length), true);
  file.set(encoded, 8);
  return { ...files(), adapterModel: file };
};
const f32 = (begin: number, end: number) =>
  `{"dtype":"F32","shape":[${(end - begin) / 4}],"data_offsets":[${begin},${end}]}`;

const refusals: [name: string, code: string, files: () => PeftFiles, input?: object][] = [
  ['made for another base', 'ADAPTER_BASE_MISMATCH', () => sampleFiles(sha256('another base'))],
  [
    'that names no base',
    'ADAPTER_BASE_MISMATCH',
    () => files({ config: { revision: null }, metadata: { base: undefined as never } }),
  ],
  [
    'with a renamed layer',
    'ADAPTER_KEY_MISSING',
    tensors((map) => {
      map.set(sampleKeys.qA.replace('encoder.0', 'encoder.9'), map.get(sampleKeys.qA)!);
      map.delete(sampleKeys.qA);
    }),
  ],
  ['with a missing key', 'ADAPTER_KEY_MISSING', tensors((map) => map.delete(sampleKeys.patchB))],
  [
    'with an extra key',
    'ADAPTER_KEY_UNEXPECTED',
    tensors((map) => map.set(`${sampleKeys.qA}.more`, f32Tensor([1], Float32Array.of(1)))),
  ],
  [
    'with a wrong shape',
    'ADAPTER_SHAPE_MISMATCH',
    tensors((map) => map.set(sampleKeys.qA, f32Tensor([3, 2], new Float32Array(6).fill(1)))),
  ],
  ['with a wrong rank', 'ADAPTER_SHAPE_MISMATCH', () => files({ config: { r: 3 } })],
  [
    'with a NaN',
    'ADAPTER_NOT_FINITE',
    tensors((map) => map.set(sampleKeys.headBias, f32Tensor([2], Float32Array.of(Number.NaN, 0)))),
  ],
  [
    'with an infinity',
    'ADAPTER_NOT_FINITE',
    tensors((map) =>
      map.set(sampleKeys.headBias, f32Tensor([2], Float32Array.of(0, Number.POSITIVE_INFINITY))),
    ),
  ],
  [
    'without any effect',
    'ADAPTER_NO_EFFECT',
    tensors((map) => {
      map.set(sampleKeys.qB, f32Tensor([2, 2], new Float32Array(4)));
      map.set(sampleKeys.patchB, f32Tensor([3, 2, 1, 1, 1], new Float32Array(6)));
    }),
  ],
  ['cut short', 'TENSOR_FILE_INVALID', bytes((file) => file.subarray(0, file.length - 5))],
  [
    'with a flipped byte in its header',
    'TENSOR_FILE_INVALID',
    bytes((file) => {
      file[12]! ^= 0x80;
      return file;
    }),
  ],
  [
    'with a flipped byte in its numbers, of a digest that was given',
    'BLOB_CORRUPT',
    bytes((file) => {
      file[file.length - 1]! ^= 1;
      return file;
    }),
    { adapterModelDigest: sha256(sampleFiles(seededWeights, { seed: 5 }).adapterModel) },
  ],
  [
    'with a header of 2^63 bytes',
    'TENSOR_FILE_INVALID',
    bytes((file) => {
      new DataView(file.buffer).setBigUint64(0, 2n ** 63n, true);
      return file;
    }),
  ],
  ['with overlapping tensors', 'TENSOR_FILE_INVALID', header(`{"a":${f32(0, 32)},"b":${f32(16, 48)}}`)],
  ['of an unknown format', 'FORMAT_VERSION_UNKNOWN', () => files({ metadata: { format_version: '9' } })],
  ['without a licence', 'LICENCE_MISSING', () => files(), { licence: '  ' }],
  ['with other mathematics (DoRA)', 'MANIFEST_INVALID', () => files({ config: { use_dora: true } })],
];

describe('an adapter is refused, and the champion serves on:', () => {
  test.each(refusals)('%s: %s', async (_name, code, make, input = {}) => {
    const answer = await importFiles(make(), { name: 'spleen', ...input });
    expect(answer.job).toBeNull();
    expect(answer.userErrors).toEqual([{ code, message: expect.any(String), field: null }]);
    const after = await api.ask(
      curator,
      '{ model(name: "spleen") { versions { version } aliases { alias version { version } } } }',
    );
    expect(after.data.model).toEqual({
      versions: [{ version: 2 }, { version: 1 }],
      aliases: [{ alias: 'champion', version: { version: 1 } }],
    });
    const segment = `mutation { segmentSeries(input: { series: "${encodeId('Series', api.own.cases[0]!.seriesId)}", tasks: ["spleen"] }) {
      job { about } userErrors { code } } }`;
    expect((await api.ask(curator, segment)).data.segmentSeries).toEqual({
      job: { about: 'models:/spleen/1' },
      userErrors: [],
    });
  });
});

test('an upload of another kind, of other bytes than promised, or of another project is refused', async () => {
  const [archive, sent] = [
    await sendUpload(api, curator, 'IMAGE_OR_ARCHIVE'),
    await sendUpload(api, curator, 'ADAPTER'),
  ];
  const foreign = await sendUpload(api, api.other.keys.ADMIN, 'ADAPTER');
  const input = { name: 'x', licence: 'MIT', adapterConfig: sent };
  const codes = [];
  for (const adapterModel of [archive, foreign, encodeId('Job', api.own.jobId)]) {
    const { data } = await api.ask(curator, mutation, { input: { ...input, adapterModel } });
    codes.push(data.importAdapter.userErrors[0].code);
  }
  expect(codes).toEqual(['INVALID_ARGUMENT', 'NOT_FOUND', 'INVALID_ARGUMENT']);
});

test('no name becomes a path', async () => {
  for (const name of ['../../etc/passwd', '/etc/passwd', 'a/b', 'file:///etc/passwd', '']) {
    const { userErrors } = await importFiles(files(), { name });
    expect(userErrors[0], name).toMatchObject({ code: 'INVALID_ARGUMENT', field: ['input', 'name'] });
  }
});
