// A running API on a test database with two projects, for tests of this room: real HTTP, real Postgres, no fakes but the
// pixels (one-byte blobs) and the description of an X-ray (a fixed vector). Not part of the product.
import {
  activateSpace,
  activeSpace,
  createSpace,
  type Database,
  markSpaceReady,
  saveEmbeddings,
} from '@tomograph/data';
import { type TestDatabase, testDatabase } from '@tomograph/data/testing';
import { sha256 } from '@tomograph/kernel';
import type { PostRequest } from '@tomograph/registry';
import { pino } from 'pino';
import type { ApiDependencies } from '../dependencies.js';
import { type RunningApi, startApi } from '../server/start-api.js';
import { type SeededModels, seedModels } from './seed-models.js';
import { type SeededProject, seedProject } from './seed-project.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes
  readonly data: any;
  readonly errors: readonly { message: string; path?: unknown; extensions: Record<string, unknown> }[];
  readonly extensions: Record<string, unknown>;
  readonly text: string;
}

export interface Client extends AsyncDisposable {
  readonly url: string;
  ask(key: string | undefined, query: string, variables?: object, headers?: object): Promise<Answer>;
  fetch(key: string | undefined, path: string, init?: RequestInit): Promise<Response>;
}

export interface TestApi extends Client {
  readonly database: TestDatabase;
  readonly own: SeededProject;
  readonly other: SeededProject;
  readonly spaceId: number;
  readonly models: SeededModels;
  /** What webhooks sent; every host has an address and answers 204. */
  readonly posted: PostRequest[];
  /** Everything the servers logged, as text. */
  readonly log: () => string;
  /** One more server on the same database, with other options. */
  another(options: Partial<ApiDependencies>): Promise<Client>;
}

export async function testApi(): Promise<TestApi> {
  const database = await testDatabase();
  const lines: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const own = await seedProject(database, 'own');
  const other = await seedProject(database, 'other');
  const spaceId = await seedSpace(database, 1, [own, other]);
  await activateSpace(database, spaceId);
  const models = await seedModels(database);
  const posted: PostRequest[] = [];
  const start = (options: Partial<ApiDependencies> = {}) =>
    startApi({
      config: database.config,
      database,
      logger,
      port: 0,
      describeQueryXray: async () => {
        const space = await activeSpace(database, 'image');
        return [{ spaceId: space!.id, width: 4, vector: [1, 0, 0, 0], part: 'AP' }];
      },
      webhookPorts: {
        resolve: async () => ['93.184.215.14'],
        post: async (request) => {
          posted.push(request);
          return 204;
        },
      },
      ...options,
    });
  const first = await start();
  return {
    ...clientOf(first),
    database,
    own,
    other,
    spaceId,
    models,
    posted,
    log: () => lines.join(''),
    another: async (options) => clientOf(await start(options)),
    async [Symbol.asyncDispose]() {
      await first.close();
      await database.close();
    },
  };
}

function clientOf(api: RunningApi): Client {
  const request = (key: string | undefined, path: string, init: RequestInit = {}) =>
    fetch(api.url + path, {
      ...init,
      headers: { ...(key && { authorization: `Bearer ${key}` }), ...(init.headers as object) },
    });
  return {
    url: api.url,
    fetch: request,
    async ask(key, query, variables = {}, headers = {}) {
      const response = await request(key, '/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return answerOf(response);
    },
    [Symbol.asyncDispose]: () => api.close(),
  };
}

/** createUpload and its PUT. @returns the global id of the upload */
export async function sendUpload(
  api: Client,
  key: string,
  kind: string,
  body: string | Uint8Array = 'A',
): Promise<string> {
  const mutation = `mutation ($input: CreateUploadInput!) {
    createUpload(input: $input) { upload { id } uploadUrl userErrors { message } } }`;
  const { data, errors } = await api.ask(key, mutation, { input: { bytes: body.length, kind } });
  if (errors.length > 0) throw new Error(errors[0]!.message);
  const put = await api.fetch(undefined, data.createUpload.uploadUrl, {
    method: 'PUT',
    body: typeof body === 'string' ? body : Buffer.from(body),
  });
  if (put.status !== 204) throw new Error(`the upload was answered with ${put.status}`);
  return data.createUpload.upload.id;
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = JSON.parse(text) as Partial<Answer>;
  return {
    status: response.status,
    headers: response.headers,
    data: body.data,
    errors: body.errors ?? [],
    extensions: body.extensions ?? {},
    text,
  };
}

/** A ready image space of four dimensions with one vector for each series. */
export async function seedSpace(
  database: Database,
  version: number,
  projects: readonly SeededProject[],
): Promise<number> {
  const space = await createSpace(database, {
    name: 'test-space',
    version,
    channel: 'image',
    digest: sha256(`test-space ${version}`),
    width: 4,
    preprocessing: {},
  });
  const rows = projects.flatMap(({ projectId, cases }) =>
    cases.map(({ studyId, seriesId }, index) => ({
      projectId,
      studyId,
      subjectKind: 'SERIES' as const,
      subjectId: seriesId,
      part: 'AP',
      vector: Float32Array.from([1, index, 0, 0]),
    })),
  );
  await saveEmbeddings(database, space, rows);
  await markSpaceReady(database, space.id, async () => 1);
  return space.id;
}
