// What the API adds to a search: the same question over HTTP and GraphQL, and to the database directly, in turn. The
// API runs in a process of its own, as it does under `serve`; the home is the database's.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Database, ensureLocalKey } from '@tomograph/data';
import { searchCases } from '@tomograph/retrieval';
import { repositoryRoot } from '../../tests/shared-data.js';

export interface ApiOverhead {
  readonly directP50Ms: number;
  readonly apiP50Ms: number;
  /** Median of the paired differences. */
  readonly addedP50Ms: number;
  readonly n: number;
}

const query = `query($case: ID!) {
  searchCases(input: { case: $case }, first: 10) {
    edges { score node { id label sex ageBand bodyPart } why { channel rank score } }
    channels { mode candidates } shortfall
  }
}`;

/** @param databaseUrl of `db` where it is not the embedded one */
export async function measureApi(
  db: Database,
  base: { readonly projectId: string },
  options: { readonly n: number; readonly databaseUrl?: string | undefined },
): Promise<ApiOverhead> {
  const key = await ensureLocalKey(db, db.home);
  await db.query(
    `insert into api_key_project (api_key_id, project_id) select id, $1 from api_key where name = 'local' on conflict do nothing`,
    [base.projectId],
  );
  const studies = await db.query<{ id: string }>(
    'select id from study where project_id = $1 order by id limit $2',
    [base.projectId, options.n + 10],
  );
  await using api = await startApiProcess(db.home, await freePort(), options.databaseUrl);
  const viewer = { projectIds: [base.projectId] } as unknown as Parameters<typeof searchCases>[1];
  const direct: number[] = [];
  const overApi: number[] = [];
  for (const [at, { id }] of studies.entries()) {
    const directMs = await timed(() => searchCases(db, viewer, { studyId: id, first: 10 }));
    const apiMs = await timed(() => ask(api.url, key, id));
    if (at < 10) continue; // warm-up
    direct.push(directMs);
    overApi.push(apiMs);
  }
  return {
    directP50Ms: median(direct),
    apiP50Ms: median(overApi),
    addedP50Ms: median(overApi.map((ms, at) => ms - direct[at]!)),
    n: direct.length,
  };
}

async function ask(url: string, key: string, studyId: string): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      query,
      variables: { case: Buffer.from(`Case:${studyId}`).toString('base64url') },
    }),
  });
  const { data, errors } = (await response.json()) as {
    data?: { searchCases: { edges: unknown[] } };
    errors?: { message: string }[];
  };
  if (errors || data?.searchCases.edges.length !== 10) {
    throw new Error(
      `the API did not give ten cases: ${errors?.[0]?.message ?? data?.searchCases.edges.length}`,
    );
  }
}

async function startApiProcess(home: string, port: number, databaseUrl: string | undefined) {
  const env = {
    ...process.env,
    TOMOGRAPH_HOME: home,
    API_PORT: String(port),
    DATABASE_URL: databaseUrl ?? '',
  };
  const main = join(repositoryRoot(), 'apps/cli/dist/main.js');
  const child = spawn(process.execPath, [main, 'api'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const isReady = await fetch(`${url}/v1/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) break;
    if (tries > 150 || child.exitCode !== null) throw new Error('the API did not become ready');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A port of this machine that nobody listens at now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
