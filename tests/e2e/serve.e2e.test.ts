// Starting, stopping and surviving: what somebody meets who runs `npm start`.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, type Product, runCommand, startProduct } from './product.js';

describe('serve', { timeout: 120_000 }, () => {
  let product: Product;
  let scratch: string;
  const environment = (extra: object) => ({ ...process.env, ...extra }) as NodeJS.ProcessEnv;

  beforeAll(async () => {
    product = await startProduct('--no-demo', '--no-web');
    scratch = await mkdtemp(join(tmpdir(), 'tomograph-serve-'));
  }, 60_000);
  afterAll(async () => {
    await product?.[Symbol.asyncDispose]();
    await rm(scratch, { recursive: true, force: true });
  });

  it('says in one sentence that a port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const env = environment({ TOMOGRAPH_HOME: join(scratch, 'other'), API_PORT: String(port) });
    const { code, stderr } = await runCommand(['serve', '--no-web', '--no-demo'], env);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`^port ${port} is taken by another program: .* API_PORT=… \\[PORT_TAKEN\\]\n$`),
    );
  });

  it('refuses a home that another process serves', async () => {
    const env = environment({ TOMOGRAPH_HOME: product.home, API_PORT: String(await freePort()) });
    const { code, stderr } = await runCommand(['serve', '--no-web', '--no-demo'], env);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/\[HOME_LOCKED\]/);
  });

  it('says in one sentence that a database cannot be reached, without its password', async () => {
    const url = `postgres://someone:hunter2@127.0.0.1:${await freePort()}/nothing`;
    const env = environment({
      TOMOGRAPH_HOME: join(scratch, 'native'),
      DATABASE_URL: url,
      API_PORT: String(await freePort()),
    });
    const { code, stderr } = await runCommand(['serve', '--no-web', '--no-demo'], env);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/\[DATABASE_UNREACHABLE\]/);
    expect(stderr).not.toMatch(/hunter2/);
  });

  it.each<[string, string[], Record<string, string>?]>([
    ['an unknown command', ['fly']],
    ['a path that is not there', ['ingest', '/no/such/scan']],
    ['a search for nothing', ['search']],
    ['a page of a thousand', ['search', 'nodule', '--first', '1000']],
    ['a port that is no number', ['serve'], { API_PORT: 'http' }],
  ])('ends %s with exit code 2 and one sentence', async (_what, args, extra = {}) => {
    const { code, stdout, stderr } = await runCommand(
      args,
      environment({ TOMOGRAPH_HOME: product.home, ...extra }),
    );
    expect(code, stderr).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('finishes a job whose worker was killed, and starts another worker', async () => {
    const folder = join(scratch, 'reports');
    await rm(folder, { recursive: true, force: true });
    execFileSync('mkdir', ['-p', folder]);
    const count = 150;
    for (let n = 0; n < count; n++)
      await writeFile(join(folder, `${n}.txt`), `Findings: Nodule of ${n + 3} mm. No pleural effusion.`);
    const upload = await uploadZipOf(folder, product);
    let running: { state: string; progress: number } = { state: 'QUEUED', progress: 0 };
    const job = async () =>
      (running = (
        await product.graphql<{ job: typeof running }>(
          'query($id: ID!) { job(id: $id) { state progress } }',
          { id: upload },
        )
      ).job);
    await expect
      .poll(async () => (await job()).progress, { timeout: 30_000, interval: 50 })
      .toBeGreaterThan(0.4);
    const killed = workerPid(product);
    process.kill(killed, 'SIGKILL');
    await expect.poll(async () => (await job()).state, { timeout: 60_000, interval: 500 }).toBe('SUCCEEDED');
    expect(workerPid(product)).not.toBe(killed);
    const { cases } = await product.graphql<{ cases: { totalCount: number } }>(
      '{ cases(first: 1) { totalCount } }',
    );
    expect(cases.totalCount).toBe(count);
    expect(await readdir(join(product.home, 'quarantine'))).toEqual([]);
  });

  it('stops cleanly and starts again in 15 seconds with everything there', async () => {
    const first = await startProduct('--no-demo', '--no-web');
    const note = join(scratch, 'kept.txt');
    await writeFile(note, 'Impression: Pericardial effusion.');
    expect((await first.command('ingest', note)).code).toBe(0);
    const ended = new Promise((resolve) => first.process.once('exit', resolve));
    first.process.kill('SIGINT');
    expect(await ended).toBe(0);
    const startedMs = performance.now();
    const env = environment({ TOMOGRAPH_HOME: first.home });
    const search = await runCommand(['search', 'pericardial effusion', '--json'], env);
    expect(JSON.parse(search.stdout).hits).toHaveLength(1);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    await first[Symbol.asyncDispose]();
  });
});

/** The worker among serve's children. */
function workerPid(product: Product): number {
  const table = execFileSync('ps', ['-eo', 'pid,ppid,args'], { encoding: 'utf8' });
  const line = table
    .split('\n')
    .find((row) => / worker$/.test(row.trim()) && row.trim().split(/\s+/)[1] === String(product.process.pid));
  return Number(line?.trim().split(/\s+/)[0]);
}

/** @returns the id of the ingest job */
async function uploadZipOf(folder: string, product: Product): Promise<string> {
  const { zipSync } = await import('fflate');
  const files = await readdir(folder);
  const { readFile } = await import('node:fs/promises');
  const entries = await Promise.all(
    files.map(async (name) => [name, new Uint8Array(await readFile(join(folder, name)))] as const),
  );
  const bytes = zipSync(Object.fromEntries(entries));
  const { createUpload } = await product.graphql<{
    createUpload: { upload: { id: string }; uploadUrl: string };
  }>(
    'mutation($bytes: Int!) { createUpload(input: { bytes: $bytes, kind: IMAGE_OR_ARCHIVE }) { upload { id } uploadUrl } }',
    { bytes: bytes.length },
  );
  const put = await fetch(new URL(createUpload.uploadUrl, product.apiUrl), {
    method: 'PUT',
    body: Buffer.from(bytes),
  });
  expect(put.status).toBeLessThan(300);
  const { ingestUpload } = await product.graphql<{ ingestUpload: { job: { id: string } } }>(
    'mutation($upload: ID!) { ingestUpload(input: { upload: $upload }) { job { id } userErrors { message } } }',
    { upload: createUpload.upload.id },
  );
  return ingestUpload.job.id;
}
