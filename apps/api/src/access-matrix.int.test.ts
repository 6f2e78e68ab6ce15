// Every field x every role. A field that is new has no line in `access` and fails the first test.
import { sampleFiles } from '@tomograph/registry/testing';
import { getNamedType, isCompositeType, isInterfaceType, isLeafType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeId } from './schema/global-id.js';
import { schema } from './schema/schema.js';
import { seededWeights } from './testing/seed-models.js';
import { sendUpload, type TestApi, testApi } from './testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/**
 * Who may read a field. `project`: any key of the object's project; another project's key finds no object.
 * `anyone`: any key, about itself or about what is no patient's; `any ADMIN`: so too, of that role. From `CURATOR` and `ADMIN` on: that role and above.
 */
type Access = 'project' | 'anyone' | 'CURATOR' | 'ADMIN' | 'any ADMIN';

const access: Record<string, Access | Record<string, Access>> = {
  Query: {
    node: 'anyone',
    nodes: 'anyone',
    viewer: 'anyone',
    cases: 'anyone',
    case: 'anyone',
    searchCases: 'anyone',
    findings: 'anyone',
    zeroShot: 'project', // and what is below: meaning.int.test.ts
    draftReport: 'project',
    job: 'anyone',
    jobs: 'anyone',
    embeddingSpaces: 'anyone',
    models: 'anyone',
    model: 'anyone',
    modelVersion: 'anyone',
    workers: 'anyone',
    webhooks: 'any ADMIN',
    rateLimit: 'anyone',
  },
  Mutation: {
    createUpload: 'CURATOR',
    ingestUpload: 'CURATOR',
    cancelJob: 'CURATOR',
    eraseCase: 'ADMIN',
    backfillSpace: 'ADMIN',
    activateSpace: 'ADMIN',
    rollbackSpace: 'ADMIN',
    createApiKey: 'ADMIN',
    revokeApiKey: 'ADMIN',
    segmentSeries: 'CURATOR',
    assessNodule: 'CURATOR',
    addTask: 'CURATOR',
    verifyModel: 'CURATOR',
    importAdapter: 'CURATOR',
    promoteModel: 'CURATOR', // of an alias that is not protected: registry.int.test.ts
    rollbackModel: 'CURATOR',
    removeAlias: 'CURATOR',
    setAliasPolicy: 'ADMIN',
    createWebhook: 'ADMIN',
    testWebhook: 'ADMIN',
    deleteWebhook: 'ADMIN',
    retryDelivery: 'ADMIN',
  },
  Subscription: { jobProgress: 'project' }, // start-api.int.test.ts
  Viewer: { name: 'anyone', role: 'anyone', projects: 'anyone', apiKeys: 'any ADMIN' },
  Project: { id: 'project', name: 'project' },
  ApiKey: {
    id: 'ADMIN',
    name: 'ADMIN',
    prefix: 'ADMIN',
    role: 'ADMIN',
    createdAt: 'ADMIN',
    lastUsedAt: 'ADMIN',
    revokedAt: 'ADMIN',
  },
  Case: {
    id: 'project',
    label: 'project',
    patientKey: 'project',
    sex: 'project',
    ageBand: 'project',
    shiftedDay: 'project',
    bodyPart: 'project',
    modalities: 'project',
    isDemo: 'project',
    createdAt: 'project',
    series: 'project',
    xrays: 'project',
    reports: 'project',
    findings: 'project',
    thumbnailUrl: 'project',
    similar: 'project',
    segmentations: 'project',
    noduleAssessments: 'project',
  },
  Series: {
    id: 'project',
    modality: 'project',
    bodyPart: 'project',
    size: 'project',
    spacingMm: 'project',
    contentDigest: 'project',
    volumeUrl: 'project',
    thumbnails: 'project',
    notes: 'project',
    regionBox: 'project',
    segmentations: 'project',
    noduleAssessments: 'project',
  },
  Xray: {
    id: 'project',
    view: 'project',
    modality: 'project',
    width: 'project',
    height: 'project',
    spacingMm: 'project',
    imageUrl: 'project',
    thumbnailUrl: 'project',
    notes: 'project',
  },
  Report: { id: 'project', text: 'project', sentences: 'project' },
  ReportSentence: {
    id: 'project',
    section: 'project',
    ordinal: 'project',
    text: 'project',
    findings: 'project',
  },
  Job: {
    id: 'project',
    kind: 'project',
    state: 'project',
    progress: 'project',
    step: 'project',
    createdAt: 'project',
    startedAt: 'project',
    finishedAt: 'project',
    attempt: 'project',
    error: 'project',
    cases: 'project',
    refused: 'project',
    about: 'project',
    training: 'project',
    segmentation: 'project',
    noduleAssessments: 'project',
    modelVersion: 'project',
    events: 'project',
  },
  Segmentation: {
    id: 'project',
    createdAt: 'project',
    series: 'project',
    base: 'project',
    tasks: 'project',
    structures: 'project',
    conflicts: 'project',
    geometryDigest: 'project',
    labelsUrl: 'project',
    dicomUrl: 'project',
    device: 'project',
  },
  NoduleAssessment: {
    id: 'project',
    createdAt: 'project',
    series: 'project',
    manifest: 'project',
    model: 'project',
    target: 'project',
    finding: 'project',
    refusal: 'project',
  },
  Model: {
    name: 'anyone',
    kind: 'anyone',
    versions: 'anyone',
    latest: 'anyone',
    aliases: 'anyone',
    aliasHistory: 'anyone',
    aliasPolicies: 'anyone',
    tasks: 'anyone',
  },
  ModelVersion: {
    uri: 'anyone',
    model: 'anyone',
    version: 'anyone',
    kind: 'anyone',
    manifest: 'anyone',
    manifestUrl: 'anyone',
    base: 'anyone',
    createdAt: 'anyone',
    createdBy: 'anyone',
    description: 'anyone',
    licence: 'anyone',
    labels: 'anyone',
    metrics: 'anyone',
    parameters: 'anyone',
    rank: 'anyone',
    provenance: 'anyone',
    runtime: 'anyone',
    aliases: 'anyone',
    certificate: 'anyone',
    files: 'anyone',
    cardUrl: 'anyone',
  },
  Certificate: {
    digest: 'anyone',
    verdict: 'anyone',
    isValid: 'anyone',
    problem: 'anyone',
    keyId: 'anyone',
    evidence: 'anyone',
    url: 'anyone',
  },
  Worker: {
    id: 'anyone',
    startedAt: 'anyone',
    seenAt: 'anyone',
    device: 'anyone',
    bases: 'anyone',
    adapters: 'anyone',
    adapterBytes: 'anyone',
    adapterLoads: 'anyone',
    adapterHits: 'anyone',
  },
  EmbeddingSpace: {
    id: 'anyone',
    name: 'anyone',
    version: 'anyone',
    channel: 'anyone',
    digest: 'anyone',
    width: 'anyone',
    phase: 'anyone',
    stored: 'anyone',
    expected: 'anyone',
    recallAt10: 'anyone',
    since: 'anyone',
  },
  Finding: { code: 'anyone', name: 'anyone', synonyms: 'anyone', snomed: 'anyone' },
  RateLimit: { limit: 'anyone', remaining: 'anyone', resetAt: 'anyone', cost: 'anyone' },
  // Parts of what is guarded above: they are reached through it alone and hold nothing else.
  CaseConnection: 'project',
  CaseEdge: 'project',
  FindingConnection: 'anyone',
  FindingEdge: 'anyone',
  JobConnection: 'project',
  JobEdge: 'project',
  ApiKeyConnection: 'ADMIN',
  ApiKeyEdge: 'ADMIN',
  ModelLabel: 'anyone',
  ModelMetric: 'anyone',
  MetricInterval: 'anyone',
  ModelParameters: 'anyone',
  ModelRuntime: 'anyone',
  ModelProvenance: 'anyone',
  TrainingData: 'anyone',
  ModelFile: 'anyone',
  ModelAlias: 'anyone',
  AliasEvent: 'anyone',
  GateResult: 'anyone',
  AliasGate: 'anyone',
  AliasPolicy: 'anyone',
  SnomedCode: 'anyone',
  CertificateEvidence: 'anyone',
  CertificateTask: 'anyone',
  CertificateTestSet: 'anyone',
  CertificateCanary: 'anyone',
  CertificateGrowth: 'anyone',
  DiceRow: 'anyone',
  ResidentBase: 'anyone',
  ResidentAdapter: 'anyone',
  SegmentationTask: 'project',
  SegmentedStructure: 'project',
  SegmentationConflicts: 'project',
  SegmentationConflictPair: 'project',
  NoduleTarget: 'project',
  LpsPoint: 'project',
  NoduleRefusal: 'project',
  NoduleFinding: 'project',
  ProbabilityInterval: 'project',
  NoduleAttribute: 'project',
  StoredNodule: 'project',
  RecalledPrototype: 'project',
  NearestNodule: 'project',
  PageInfo: 'anyone',
  Thumbnails: 'project',
  ReadingNote: 'project',
  FindingMention: 'project',
  SearchConnection: 'project',
  SearchEdge: 'project',
  ChannelReport: 'anyone',
  Explanation: 'project',
  ScorePart: 'project',
  ZeroShot: 'project',
  ZeroShotFinding: 'project',
  FindingCalibration: 'project',
  PromptsUsed: 'project',
  RegionEvidence: 'project',
  DraftReport: 'project',
  DraftSentence: 'project',
  NearestFact: 'project',
  RegionBox: 'project',
  TextSpan: 'project',
  RefusedInput: 'project',
  JobEvent: 'project',
  TrainingPoint: 'project',
  TrainingOutcome: 'project',
  Webhook: 'any ADMIN',
  WebhookDelivery: 'any ADMIN',
  WebhookAttempt: 'any ADMIN',
  UserError: 'anyone',
  Upload: 'CURATOR',
  Node: 'project',
  Payload: 'anyone',
  CreateUploadPayload: 'CURATOR',
  IngestUploadPayload: 'CURATOR',
  CancelJobPayload: 'CURATOR',
  EraseCasePayload: 'ADMIN',
  BackfillSpacePayload: 'ADMIN',
  ActivateSpacePayload: 'ADMIN',
  RollbackSpacePayload: 'ADMIN',
  CreateApiKeyPayload: 'ADMIN',
  RevokeApiKeyPayload: 'ADMIN',
  SegmentSeriesPayload: 'CURATOR',
  AssessNodulePayload: 'CURATOR',
  AddTaskPayload: 'CURATOR',
  VerifyModelPayload: 'CURATOR',
  ImportAdapterPayload: 'CURATOR',
  PromoteModelPayload: 'CURATOR',
  RollbackModelPayload: 'CURATOR',
  SetAliasPolicyPayload: 'ADMIN',
  CreateWebhookPayload: 'ADMIN',
  TestWebhookPayload: 'ADMIN',
  DeleteWebhookPayload: 'ADMIN',
  RemoveAliasPayload: 'CURATOR',
  RetryDeliveryPayload: 'ADMIN',
};

const types = Object.values(schema.getTypeMap()).filter(
  (type) => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__'),
);

test('every field of the schema has its access written down, and nothing else has', () => {
  const served = types.flatMap((type) => {
    const entry = access[type.name];
    if (typeof entry === 'string' || !('getFields' in type)) return [type.name];
    return Object.keys(type.getFields()).map((name) => `${type.name}.${name}`);
  });
  const written = Object.entries(access).flatMap(([type, entry]) =>
    typeof entry === 'string' ? [type] : Object.keys(entry).map((name) => `${type}.${name}`),
  );
  expect(served.sort()).toEqual(written.sort());
});

const askers = ['nobody', 'READER', 'CURATOR', 'ADMIN', 'other project'] as const;
type Asker = (typeof askers)[number];

function keyOf(asker: Asker): string | undefined {
  if (asker === 'nobody') return undefined;
  return asker === 'other project' ? api.other.keys.ADMIN : api.own.keys[asker];
}

function isAllowed(rule: Access, asker: Asker): boolean {
  if (asker === 'nobody') return false;
  if (rule === 'anyone') return true;
  if (rule === 'any ADMIN') return asker === 'ADMIN' || asker === 'other project'; // whose key is an ADMIN's
  if (asker === 'other project') return false;
  return (
    rule === 'project' ||
    ['READER', 'CURATOR', 'ADMIN'].indexOf(asker) >= ['READER', 'CURATOR', 'ADMIN'].indexOf(rule)
  );
}

/** Ways to an object of a type of the own project; `null` at the end of the way means that it was not found. */
function wayTo(type: string): { open: string; close: string; path: string[] } {
  const [found] = api.own.cases;
  const ids: Record<string, string> = {
    Case: encodeId('Case', found!.studyId),
    Series: encodeId('Series', found!.seriesId),
    Xray: encodeId('Xray', found!.xrayId),
    Report: encodeId('Report', found!.reportId),
    ReportSentence: encodeId('ReportSentence', found!.sentenceId),
    Segmentation: encodeId('Segmentation', found!.segmentationId),
    NoduleAssessment: encodeId('NoduleAssessment', found!.noduleId),
    Job: encodeId('Job', api.own.jobId),
    Project: encodeId('Project', api.own.projectId),
    ApiKey: encodeId('ApiKey', api.own.keyIds.READER),
  };
  if (ids[type]) return { open: `node(id: "${ids[type]}") { ... on ${type} {`, close: '} }', path: ['node'] };
  if (type === 'Viewer') return { open: 'viewer {', close: '}', path: ['viewer'] };
  if (type === 'RateLimit') return { open: 'rateLimit {', close: '}', path: ['rateLimit'] };
  if (type === 'EmbeddingSpace')
    return { open: 'embeddingSpaces {', close: '}', path: ['embeddingSpaces', '0'] };
  if (type === 'Model') return { open: 'model(name: "spleen") {', close: '}', path: ['model'] };
  if (type === 'Worker') return { open: 'workers {', close: '}', path: ['workers', '0'] };
  const version = 'modelVersion(uri: "models:/spleen@champion") {';
  if (type === 'ModelVersion') return { open: version, close: '}', path: ['modelVersion'] };
  if (type === 'Certificate') {
    return { open: `${version} certificate {`, close: '} }', path: ['modelVersion', 'certificate'] };
  }
  if (type === 'Finding') {
    return {
      open: 'findings(first: 1) { edges { node {',
      close: '} } }',
      path: ['findings', 'edges', '0', 'node'],
    };
  }
  throw new Error(`no way to ${type}: add one`);
}

const guarded = Object.entries(access).filter(
  (entry): entry is [string, Record<string, Access>] =>
    typeof entry[1] !== 'string' && !['Query', 'Mutation', 'Subscription'].includes(entry[0]),
);

describe.each(guarded)('%s', (type, fields) => {
  test.each(askers)('as %s', async (asker) => {
    const { open, close, path } = wayTo(type);
    for (const [field, rule] of Object.entries(fields)) {
      const { data, errors, status } = await api.ask(
        keyOf(asker),
        `{ ${open} ${selectionOf(type, field)} ${close} }`,
      );
      const at = `${type}.${field} as ${asker}`;
      const object = path.reduce((value, key) => value?.[key as never], data);
      if (isAllowed(rule, asker)) {
        expect(errors, at).toEqual([]);
        expect(object, at).toHaveProperty(field);
      } else if (asker === 'nobody') {
        expect([status, errors[0]?.extensions.code], at).toEqual([401, 'UNAUTHENTICATED']);
      } else if (errors.length > 0) {
        expect(errors[0]?.extensions.code, at).toBe('FORBIDDEN');
        expect(object?.[field as never] ?? null, at).toBeNull();
      } else {
        expect(object, at).toBeNull();
      }
    }
  });
});

/** The field with one leaf below it, where it has fields of its own. */
function selectionOf(typeName: string, fieldName: string): string {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  const named = getNamedType(field!.type);
  return isCompositeType(named) && !isLeafType(named) ? `${fieldName} { __typename }` : fieldName;
}

describe('Query', () => {
  const queries: Record<string, string> = {
    node: '{ node(id: "ID") { id } }',
    nodes: '{ nodes(ids: ["ID"]) { id } }',
    viewer: '{ viewer { name } }',
    cases: '{ cases { edges { node { id } } } }',
    case: '{ case(id: "ID") { id } }',
    searchCases: '{ searchCases(input: { text: "effusion" }) { edges { node { id } } } }',
    findings: '{ findings(first: 1) { edges { node { code } } } }',
    zeroShot: '{ zeroShot(study: "ID") { space } }',
    draftReport: '{ draftReport(study: "ID") { space } }',
    job: '{ job(id: "JOB") { id } }',
    jobs: '{ jobs { edges { node { id } } } }',
    embeddingSpaces: '{ embeddingSpaces { id } }',
    models: '{ models { name } }',
    model: '{ model(name: "spleen") { name } }',
    modelVersion: '{ modelVersion(uri: "models:/spleen/1") { uri } }',
    workers: '{ workers { id } }',
    webhooks: '{ webhooks { id } }',
    rateLimit: '{ rateLimit { limit } }',
  };
  test.each(askers)('as %s: answers about the own projects alone', async (asker) => {
    const [caseId, jobId] = [encodeId('Case', api.own.cases[0]!.studyId), encodeId('Job', api.own.jobId)];
    expect(Object.keys(queries)).toEqual(Object.keys(access.Query!));
    for (const [field, query] of Object.entries(queries)) {
      const asked = query.replace('ID', caseId).replace('JOB', jobId);
      const { data, errors, status, text } = await api.ask(keyOf(asker), asked);
      if (asker === 'nobody') {
        expect([status, errors[0]?.extensions.code], field).toEqual([401, 'UNAUTHENTICATED']);
        continue;
      }
      if (
        !['zeroShot', 'draftReport'].includes(field) &&
        !isAllowed((access.Query as Record<string, Access>)[field]!, asker)
      ) {
        expect([data, errors[0]?.extensions.code], field).toEqual([null, 'FORBIDDEN']);
        continue;
      }
      if (field === 'zeroShot' || field === 'draftReport') {
        // this server has no learned space: nobody is told anything
        expect([data, errors[0]?.extensions.code], field).toEqual([null, 'PROVIDER_UNAVAILABLE']);
        continue;
      }
      expect(errors, field).toEqual([]);
      const holdsOwn = text.includes(caseId) || text.includes(jobId);
      const isAboutCases = /node|case|job/i.test(field) && field !== 'viewer';
      expect(holdsOwn, `${field} as ${asker}`).toBe(isAboutCases && asker !== 'other project');
      if (['node', 'case', 'job'].includes(field) && asker === 'other project')
        expect(data[field]).toBeNull();
    }
  });
});

describe('Mutation', () => {
  const caseId = () => encodeId('Case', api.own.cases[1]!.studyId);
  /** Inputs that would go through for who may; denied askers must get the code whatever the input. */
  const inputs: Record<string, () => { input: object; payload: string }> = {
    createUpload: () => ({ input: { bytes: 1, kind: 'IMAGE_OR_ARCHIVE' }, payload: 'upload { id }' }),
    ingestUpload: () => ({ input: { upload: uploadId }, payload: 'job { id }' }),
    cancelJob: () => ({ input: { job: encodeId('Job', api.own.jobId) }, payload: 'job { id }' }),
    backfillSpace: () => ({
      input: { space: encodeId('EmbeddingSpace', api.spaceId) },
      payload: 'job { id }',
    }),
    activateSpace: () => ({
      input: { space: encodeId('EmbeddingSpace', api.spaceId) },
      payload: 'space { id }',
    }),
    rollbackSpace: () => ({ input: { channel: 'IMAGE' }, payload: 'space { id }' }),
    createApiKey: () => ({ input: { name: 'x', role: 'READER' }, payload: 'apiKey { id }' }),
    revokeApiKey: () => ({ input: { apiKey: encodeId('ApiKey', spareKeyId) }, payload: 'apiKey { id }' }),
    segmentSeries: () => ({
      input: { series: encodeId('Series', api.own.cases[0]!.seriesId), tasks: ['spleen'] },
      payload: 'job { id }',
    }),
    assessNodule: () => ({
      input: {
        series: encodeId('Series', api.own.cases[0]!.seriesId),
        places: [{ point: { x: 1, y: 2, z: 3 } }],
      },
      payload: 'job { id }',
    }),
    addTask: () => ({ input: { upload: taskData, name: 'kidney', licence: 'MIT' }, payload: 'job { id }' }),
    verifyModel: () => ({ input: { uri: 'spleen/2' }, payload: 'job { id }' }),
    importAdapter: () => ({
      input: { name: 'kidney', licence: 'MIT', ...adapterFiles },
      payload: 'job { id }',
    }),
    promoteModel: () => ({
      input: { model: 'spleen', version: 2, alias: 'challenger', why: 'x' },
      payload: 'version { uri }',
    }),
    rollbackModel: () => ({
      input: { model: 'spleen', alias: 'challenger', why: 'x' },
      payload: 'version { uri }',
    }),
    setAliasPolicy: () => ({
      input: { model: 'spleen', alias: 'night', isProtected: true, needsCertificate: true, why: 'x' },
      payload: 'model { name }',
    }),
    createWebhook: () => ({
      input: { url: 'https://hooks.example/x', events: ['ALIAS_CREATED'] },
      payload: 'webhook { id }',
    }),
    testWebhook: () => ({ input: { webhook: webhooks[0] }, payload: 'delivery { state }' }),
    deleteWebhook: () => ({ input: { webhook: webhooks[1] }, payload: 'webhook { id }' }),
    retryDelivery: () => ({ input: { delivery }, payload: 'delivery { state }' }),
    removeAlias: () => ({
      input: { model: 'spleen', alias: 'nightly', why: 'x' },
      payload: 'model { name }',
    }),
    eraseCase: () => ({ input: { case: caseId() }, payload: 'erasedCase' }),
  };
  let uploadId: string;
  let spareKeyId: string;
  let taskData: string;
  let adapterFiles: { adapterConfig: string; adapterModel: string };
  const webhooks: string[] = [];
  const delivery = encodeId('WebhookDelivery', '00000000-0000-7000-8000-000000000000');
  beforeAll(async () => {
    const viewer = {
      name: 'system:test',
      role: 'ADMIN',
      projectIds: [api.own.projectId],
      keyId: null,
    } as const;
    const db = api.database.viewer(viewer as never);
    const spare = await db.createApiKey({ name: 'spare', role: 'READER', projectIds: [api.own.projectId] });
    spareKeyId = spare.apiKey.id;
    const made = await db.createUpload({ kind: 'IMAGE_OR_ARCHIVE', maxBytes: 1 });
    await api.fetch(undefined, `/v1/uploads/${made.upload.id}?token=${made.token}`, {
      method: 'PUT',
      body: 'x',
    });
    uploadId = encodeId('Upload', made.upload.id);
    const key = api.own.keys.CURATOR;
    taskData = await sendUpload(api, key, 'TASK_DATA');
    const { adapterConfig, adapterModel } = sampleFiles(seededWeights, { seed: 9 });
    adapterFiles = {
      adapterConfig: await sendUpload(api, key, 'ADAPTER', adapterConfig),
      adapterModel: await sendUpload(api, key, 'ADAPTER', adapterModel),
    };
    for (let n = 0; n < 2; n++) {
      const create = `mutation { createWebhook(input: { url: "https://hooks.example/${n}", events: [ALIAS_CREATED] }) { webhook { id } } }`;
      webhooks.push((await api.ask(api.own.keys.ADMIN, create)).data.createWebhook.webhook.id);
    }
  });

  /** What a viewer who may do it is told where the seeded state does not allow it. */
  const stateErrors: Record<string, string> = {
    activateSpace: 'SPACE_STATE',
    rollbackSpace: 'SPACE_STATE',
    rollbackModel: 'CONFLICT',
    removeAlias: 'NOT_FOUND', // no such alias
    retryDelivery: 'NOT_FOUND', // no such delivery
  };
  /** Nothing of these is another project's: its ADMIN may do them for itself. */
  const ownBusiness = [
    'createUpload',
    'backfillSpace',
    'activateSpace',
    'rollbackSpace',
    'createApiKey',
    'verifyModel',
    'promoteModel',
    'rollbackModel',
    'setAliasPolicy',
    'createWebhook',
    'testWebhook',
    'deleteWebhook',
    'removeAlias',
    'retryDelivery',
  ];

  test.each(askers)('as %s', async (asker) => {
    expect(Object.keys(inputs).sort()).toEqual(Object.keys(access.Mutation!).sort());
    for (const [field, rule] of Object.entries(access.Mutation as Record<string, Access>)) {
      const { input, payload } = inputs[field]!();
      const typeName = `${field[0]!.toUpperCase()}${field.slice(1)}Input`;
      const mutation = `mutation ($input: ${typeName}!) { ${field}(input: $input) { ${payload} userErrors { code } } }`;
      const { data, errors, status } = await api.ask(keyOf(asker), mutation, { input });
      if (asker === 'nobody') {
        expect([status, errors[0]?.extensions.code], field).toEqual([401, 'UNAUTHENTICATED']);
        continue;
      }
      expect(errors, field).toEqual([]);
      const code = data[field].userErrors[0]?.code;
      const allowedHere =
        isAllowed(rule, asker) || (asker === 'other project' && ownBusiness.includes(field));
      const expected = allowedHere
        ? stateErrors[field]
        : asker === 'other project'
          ? 'NOT_FOUND'
          : 'FORBIDDEN';
      // The CURATOR's turn comes before the ADMIN's: by then the first may have erased the case.
      expect(code, `${field} as ${asker}`).toBe(expected);
    }
  });
});
