// The example of docs/using.md, run as it stands there: a task is added, promoted and used over the API alone, on a base of
// random weights. Needs the built files of packages/models and apps/worker (threads).
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApi } from '@tomograph/api';
import { decodeNifti } from '@tomograph/imaging';
import { zipSync } from 'fflate';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { writeBallFolder } from '../apps/worker/src/testing/ball-cases.js';
import { saveBallSeries } from '../apps/worker/src/testing/ball-series.js';
import { tinyWorker } from '../apps/worker/src/testing/tiny-worker.js';

test('a task is added, certified, promoted and used, and adding the next one changes not a byte of it', async () => {
  await using tiny = await tinyWorker();
  const { database, projectId } = tiny;
  const { seriesId } = await saveBallSeries(database, projectId, 7);
  const admin = { name: 'system:test', role: 'ADMIN', projectIds: [projectId], keyId: null } as const;
  const { key } = await database
    .viewer(admin)
    .createApiKey({ name: 'example', role: 'ADMIN', projectIds: [projectId] });
  const api = await startApi({
    config: database.config,
    database,
    logger: pino({ level: 'silent' }),
    port: 0,
  });
  const folder = await mkdtemp(join(tmpdir(), 'tg-example-'));
  try {
    await writeBallFolder(folder, { count: 4 });
    const zip = await zipFolder(folder);
    const series = Buffer.from(`Series:${seriesId}`).toString('base64url');
    const first = await example(api.url, key, zip, series, 'ball-one', { name: 'one', value: 1 });
    expect(first.structures).toEqual([expect.objectContaining({ name: 'one' })]);
    expect((await decodeNifti(first.labelMap)).size).toEqual([20, 20, 20]);
    expect(first.certificate).toMatchObject({ verdict: 'GREEN', isValid: true });

    const second = await example(api.url, key, zip, series, 'ball-two', { name: 'two', value: 2 });
    expect(second.certificate.evidence).toMatchObject({ canaryCount: 2, identicalCanaries: 2 });
    // as if it had never been asked for: the next answer is computed anew, beside the second task
    await database.query("delete from job where kind = 'SEGMENT'");
    await database.query('delete from segmentation');
    const again = await example(api.url, key, zip, series, 'ball-one', undefined);
    expect(Buffer.compare(again.labelMap, first.labelMap)).toBe(0);
  } finally {
    await api.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 180_000);

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
type Payload = any;

interface Label {
  readonly name: string;
  readonly value: number;
}

/** @param label undefined: the task is there already, and is only used */
async function example(
  url: string,
  key: string,
  zip: Uint8Array,
  series: string,
  name: string,
  label: Label | undefined,
) {
  // example
  const ask = async (query: string, variables: object = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as Payload;
    if (errors) throw new Error(errors[0].message);
    const refused = Object.values(data as Record<string, Payload>).find(
      (payload) => payload?.userErrors?.length,
    );
    if (refused) throw new Error(refused.userErrors[0].code);
    return data;
  };
  const finished = async (id: string) => {
    for (;;) {
      const { job } = await ask(
        `query ($id: ID!) { job(id: $id) { state step error { code message }
          modelVersion { version certificate { verdict isValid evidence { canaryCount identicalCanaries } } }
          segmentation { labelsUrl structures { name volumeMl } } } }`,
        { id },
      );
      if (job.error) throw new Error(`${job.error.code}: ${job.error.message}`);
      if (job.state === 'SUCCEEDED') return job;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };

  const addTask = async () => {
    const { createUpload } = await ask(
      `mutation ($bytes: Int!) { createUpload(input: { bytes: $bytes, kind: TASK_DATA }) {
        upload { id } uploadUrl userErrors { code } } }`,
      { bytes: zip.length },
    );
    await fetch(url + createUpload.uploadUrl, { method: 'PUT', body: Buffer.from(zip) });
    const { addTask: started } = await ask(
      `mutation ($input: AddTaskInput!) { addTask(input: $input) { job { id } userErrors { code } } }`,
      { input: { upload: createUpload.upload.id, name, licence: 'CC-BY-4.0', labels: [label], steps: 40 } },
    );
    const { modelVersion } = await finished(started.job.id);
    await ask(
      `mutation ($input: PromoteModelInput!) { promoteModel(input: $input) { userErrors { code } } }`,
      { input: { model: name, version: modelVersion.version, alias: 'champion', why: 'first version' } },
    );
    return modelVersion.certificate;
  };

  const certificate = label && (await addTask());
  const { segmentSeries } = await ask(
    `mutation ($input: SegmentSeriesInput!) { segmentSeries(input: $input) { job { id } userErrors { code } } }`,
    { input: { series, tasks: [name] } },
  );
  const { segmentation } = await finished(segmentSeries.job.id);
  const file = await fetch(url + segmentation.labelsUrl, { headers: { authorization: `Bearer ${key}` } });
  const labelMap = Buffer.from(await file.arrayBuffer());
  // end
  return { certificate, labelMap, structures: segmentation.structures };
}

test('and it stands in the docs', async () => {
  const own = (await readFile(fileURLToPath(import.meta.url), 'utf8')).split(
    / {2}\/\/ (?:example|end)\n/,
  )[1]!;
  const docs = await readFile(new URL('../docs/using.md', import.meta.url), 'utf8');
  const untyped = own.replaceAll(/: string| as Record<string, Payload>| as Payload|: object(?= =)/g, '');
  const plain = (text: string) => text.replaceAll(/\s|,(?=\s*[})\]])/g, ''); // as the formatter breaks its lines
  expect(plain(docs)).toContain(plain(untyped));
});

async function zipFolder(folder: string): Promise<Uint8Array> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const entries = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [path.slice(folder.length + 1), new Uint8Array(await readFile(path))] as const;
  });
  return zipSync(Object.fromEntries(await Promise.all(entries)));
}
