// Models as a client reads them: versions with their facts, aliases with their history, certificates, files, workers.
import { canonicalJson, sha256 } from '@tomograph/kernel';
import { manifestId } from '@tomograph/registry';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApi, testApi } from '../../testing/test-api.js';
import { encodeId } from '../global-id.js';

let api: TestApi;
let reader: string;
beforeAll(async () => {
  api = await testApi();
  reader = api.own.keys.READER;
});
afterAll(() => api[Symbol.asyncDispose]());

test('bases, their tasks and the versions of these', async () => {
  const query = `{ models(kind: BASE) { name kind aliases { alias } tasks { name kind
    versions { uri version aliases base { uri } } aliases { alias version { version } isProtected canRollBack } } } }`;
  const { data, errors } = await api.ask(reader, query);
  expect(errors).toEqual([]);
  expect(data.models).toHaveLength(1);
  const [base] = data.models;
  expect(base).toMatchObject({ name: 'sample-base', kind: 'BASE', aliases: [{ alias: 'champion' }] });
  expect(base.tasks.map((task: { name: string }) => task.name)).toEqual(['liver', 'spleen']);
  expect(base.tasks[1]).toMatchObject({
    kind: 'TASK',
    versions: [
      { uri: 'models:/spleen/2', aliases: [], base: { uri: 'models:/sample-base/1' } },
      { uri: 'models:/spleen/1', aliases: ['champion'], base: { uri: 'models:/sample-base/1' } },
    ],
    aliases: [{ alias: 'champion', version: { version: 1 }, isProtected: true, canRollBack: false }],
  });
});

test('a version says what its manifest says, and what a decoder of its own would have added', async () => {
  const query = `{ modelVersion(uri: "models:/spleen@champion") { manifest licence description rank
    labels { value name snomed { code display } }
    metrics { name structure value unit n data interval { low high level method } }
    parameters { network factors head decoder factorsPercent headPercent decoderPercent }
    provenance { origin method seed steps data { name training validation test } }
    runtime { engine provider device threads graphLevel } } }`;
  const { modelVersion } = (await api.ask(reader, query)).data;
  expect(modelVersion).toMatchObject({
    licence: 'Apache-2.0',
    rank: 2,
    labels: [{ value: 1, name: 'spleen', snomed: { code: '78961009', display: 'Spleen' } }],
    metrics: [{ name: 'dice', structure: 'spleen', value: 0.9, n: 20, interval: { low: 0.85, high: 0.94 } }],
    parameters: {
      network: 1000,
      factors: 32,
      head: 6,
      decoder: 300,
      factorsPercent: 3.2,
      headPercent: 0.6,
      decoderPercent: 30,
    },
    provenance: { origin: 'trained', steps: 10, data: { training: 8, test: 4 } },
    runtime: { engine: 'onnxruntime-node', threads: 1 },
  });
});

test('an alias keeps its history, newest first, with the gates that were asked', async () => {
  const query = `{ model(name: "spleen") { aliasHistory { seq who why alias action from to gates { gate ok } } } }`;
  const { data } = await api.ask(reader, query);
  expect(data.model.aliasHistory).toEqual([
    {
      seq: expect.any(Number),
      who: 'system:test',
      why: 'first',
      alias: 'champion',
      action: 'PROMOTE',
      from: null,
      to: 1,
      gates: [{ gate: 'certificate', ok: true }],
    },
  ]);
});

const certificateQuery = (uri: string) => `{ modelVersion(uri: "${uri}") { certificate {
  digest verdict isValid problem keyId url evidence { tasks { model version } dice { values } bwt fwt reasons
    growthPerStep { factorsPercent } growthTotal { factorsPercent headPercent } canaryCount identicalCanaries
    canaries { of isIdentical } runtime { provider device threads } } } } }`;

test('a certificate shows matrix, transfers, growth, canaries, runtime and signature', async () => {
  const { certificate } = (await api.ask(reader, certificateQuery('models:/spleen/1'))).data.modelVersion;
  expect(certificate).toMatchObject({
    verdict: 'GREEN',
    isValid: true,
    problem: null,
    keyId: api.models.key.keyId,
    evidence: {
      tasks: [{ model: 'spleen', version: 1 }],
      dice: [{ values: [0.9, 0.25] }, { values: [0.9, 0.9] }],
      bwt: 0,
      fwt: 0.125,
      growthTotal: { factorsPercent: 3.2, headPercent: 0.6 },
      canaryCount: 2,
      identicalCanaries: 2,
      runtime: { provider: 'cpu', device: 'test', threads: 1 },
      reasons: [],
    },
  });
  const file = await api.fetch(reader, certificate.url);
  expect(file.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(sha256(new Uint8Array(await file.arrayBuffer()))).toBe(certificate.digest);
});

test('a certificate that forgets is red and says why; a version without one has none', async () => {
  await api.models.add('red', 7);
  api.models.replay.forgets.add(manifestId(api.models.base));
  await api.models.certify('models:/red/1');
  api.models.replay.forgets.clear();
  const { certificate } = (await api.ask(reader, certificateQuery('models:/red/1'))).data.modelVersion;
  expect(certificate).toMatchObject({ verdict: 'RED', isValid: true });
  expect(certificate.evidence.identicalCanaries).toBeLessThan(certificate.evidence.canaryCount);
  expect(certificate.evidence.reasons.join()).toContain('output changed');
  expect(
    (await api.ask(reader, certificateQuery('models:/spleen/2'))).data.modelVersion.certificate,
  ).toBeNull();
});

test('a certificate whose bytes were changed is shown as invalid, with the reason and without its numbers', async () => {
  await using own = await testApi();
  const asked = certificateQuery('models:/spleen/1');
  const before = (await own.ask(own.own.keys.READER, asked)).data.modelVersion.certificate;
  const { registry } = own.models;
  registry.blobs.get = async () => new TextEncoder().encode(canonicalJson({ document: {}, signature: {} }));
  await using server = await own.another({ database: { ...own.database, blobs: registry.blobs } as never });
  const after = (await server.ask(own.own.keys.READER, asked)).data.modelVersion.certificate;
  expect(after).toMatchObject({ digest: before.digest, isValid: false, keyId: null, evidence: null });
  expect(after.problem).toBeTruthy();
});

test('what is not there is null, and what is no URI is refused', async () => {
  const { data } = await api.ask(
    reader,
    '{ model(name: "nothing") { name } a: modelVersion(uri: "models:/nothing/1") { uri } b: modelVersion(uri: "models:/spleen/99") { uri } }',
  );
  expect(data).toEqual({ model: null, a: null, b: null });
  const wrong = await api.ask(reader, '{ modelVersion(uri: "../../etc/passwd") { uri } }');
  expect(wrong.errors[0]?.extensions.code).toBe('INVALID_ARGUMENT');
});

test('an adapter is downloaded as the folder that PEFT tooling reads, byte for byte', async () => {
  const query =
    '{ modelVersion(uri: "models:/spleen/1") { manifestUrl cardUrl files { name bytes digest url } } }';
  const { modelVersion } = (await api.ask(reader, query)).data;
  expect(modelVersion.files.map(({ name }: { name: string }) => name)).toEqual([
    'adapter_model.safetensors',
    'adapter_config.json',
  ]);
  for (const { bytes, digest, url } of modelVersion.files) {
    const body = new Uint8Array(await (await api.fetch(reader, url)).arrayBuffer());
    expect([body.length, sha256(body)]).toEqual([bytes, digest]);
  }
  expect(await (await api.fetch(reader, modelVersion.cardUrl)).text()).toContain('library_name: peft');
  const manifest = await (await api.fetch(reader, modelVersion.manifestUrl)).json();
  expect(manifest).toMatchObject({ kind: 'adapter', name: 'spleen' });
});

test('by digest only files of the registry are given out, and to keys alone', async () => {
  const volume = sha256(Buffer.from('own 0 volume')).slice(7);
  const spleen = (await api.ask(reader, '{ modelVersion(uri: "models:/spleen/1") { manifestUrl } }')).data
    .modelVersion.manifestUrl as string;
  for (const path of [
    `/v1/blobs/certificates/${volume}/certificate.json`,
    `/v1/blobs/manifests/${volume}/manifest.json`,
    `/v1/blobs/adapters/${volume}/adapter_config.json`,
    spleen.replace('manifest.json', 'adapter_config.json'),
    spleen.replace('/manifests/', '/adapters/'),
    `/v1/blobs/adapters/..%2f..%2fetc/adapter_config.json`,
  ]) {
    expect((await api.fetch(reader, path)).status, path).toBe(404);
  }
  expect((await api.fetch(undefined, spleen)).status).toBe(401);
});

test('workers tell which adapters they hold, to the API and to metrics', async () => {
  const query =
    '{ workers { device bases { name queued running completed } adapters { name bytes } adapterHits } }';
  expect((await api.ask(reader, query)).data.workers).toEqual([
    {
      device: 'cpu: test',
      bases: [{ name: 'sample-base', queued: 1, running: 2, completed: 3 }],
      adapters: [{ name: 'spleen', bytes: 400 }],
      adapterHits: 5,
    },
  ]);
  const metrics = await (await api.fetch(undefined, '/metrics')).text();
  expect(metrics).toContain('tomograph_resident_adapters 1');
  expect(metrics).toContain('tomograph_resident_adapter_bytes 400');
  expect(metrics).toContain('tomograph_base_batches{state="running"} 2');
});

test('a segmentation gives structures with SNOMED codes, colours and volumes, its conflicts and its files', async () => {
  const query = `query ($id: ID!) { case(id: $id) { series { segmentations { id } } segmentations {
    geometryDigest tasks { task outcome } conflicts { voxels foreground pairs { structures voxels } }
    structures { value name colour volumeMl task snomed { code } } labelsUrl dicomUrl device series { id } } } }`;
  const [seeded] = api.own.cases;
  const { data, errors } = await api.ask(reader, query, { id: encodeId('Case', seeded!.studyId) });
  expect(errors).toEqual([]);
  const [found] = data.case.segmentations;
  expect(data.case.series[0].segmentations[0].id).toBe(encodeId('Segmentation', seeded!.segmentationId));
  expect(found).toMatchObject({
    structures: [
      { value: 300, name: 'spleen', colour: '#9d6ca2', volumeMl: 0.02, snomed: { code: '78961009' } },
    ],
    conflicts: { voxels: 3, pairs: [{ structures: ['spleen', 'liver'], voxels: 3 }] },
    tasks: [{ task: 'models:/spleen/1', outcome: 'DONE' }],
    device: 'cpu: test',
  });
  const labels = await api.fetch(reader, found.labelsUrl);
  expect([labels.headers.get('content-type'), await labels.text()]).toEqual([
    'application/gzip',
    'own 0 labels',
  ]);
  const dicom = await api.fetch(reader, found.dicomUrl);
  expect(dicom.headers.get('content-type')).toBe('application/dicom');
  for (const url of [found.labelsUrl, found.dicomUrl]) {
    expect((await api.fetch(api.other.keys.ADMIN, url)).status).toBe(404);
    expect((await api.fetch(undefined, url)).status).toBe(401);
  }
});
