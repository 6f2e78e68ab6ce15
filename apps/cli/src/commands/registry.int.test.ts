// Every refusal of an adapter over the command line, while the champion before it keeps serving. Needs the built files.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeNiftiGz } from '@tomograph/imaging';
import { canonicalJson, type StoredTensor, sha256 } from '@tomograph/kernel';
import { type CertificateEvidence, signCertificate } from '@tomograph/registry';
import { openModels } from '@tomograph/worker';
import {
  ballBody,
  filled,
  type HandMadeChange,
  handMadeAdapter,
  withHeader,
} from '@tomograph/worker/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type CliHome, cliHome } from '../testing/cli-home.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

interface Version {
  readonly model: string;
  readonly version: number;
  readonly verdict: string | null;
  readonly aliases: readonly string[];
}

let cli: CliHome;
let scan: string;
/** What the champion finds in the scan, before anything was refused. */
let served: string;
beforeAll(async () => {
  cli = await cliHome();
  scan = join(cli.folder, 'scan.nii.gz');
  await writeFile(scan, await writeNiftiGz(ballBody(5).volume));
  const folder = await cli.adapterFolder('champion', handMadeAdapter(cli.base, 0.5));
  await cli.json('registry', 'import', folder, '--name', 'thing');
  await cli.json('registry', 'promote', 'thing/1', '--why', 'the first');
  served = await segmented('thing');
});
afterAll(() => cli?.[Symbol.asyncDispose]());

async function segmented(task: string): Promise<string> {
  const path = join(cli.folder, `${task.replace(/\W/g, '-')}.nii.gz`);
  const { code, err } = await cli.run('segment', '-i', scan, '-o', path, '--task', task);
  expect(err).toMatch(/research use only/);
  expect(code).toBe(0);
  return sha256(await readFile(path));
}

const without = (key: 'a' | 'headBias'): HandMadeChange => ({
  tensors: (tensors, keys) => void tensors.delete(keys[key]),
});
const put = (key: 'a' | 'b' | 'headWeight', tensor: (old: StoredTensor) => StoredTensor): HandMadeChange => ({
  tensors: (tensors, keys) => void tensors.set(keys[key], tensor(tensors.get(keys[key])!)),
});
const same = (value: (at: number) => number) => (old: StoredTensor) => filled(old.shape, value);

describe('an adapter that does not fit is refused by a code of its own', () => {
  test.each<[string, string, HandMadeChange, ((bytes: Uint8Array) => Uint8Array)?]>([
    ['another base', 'ADAPTER_BASE_MISMATCH', { config: { revision: sha256('another base') } }],
    [
      'a renamed layer',
      'ADAPTER_KEY_MISSING',
      {
        tensors: (tensors, { a }) => {
          tensors.set(a.replace('attn.q', 'attn.query'), tensors.get(a)!);
          tensors.delete(a);
        },
      },
    ],
    ['a missing key', 'ADAPTER_KEY_MISSING', without('headBias')],
    [
      'an extra key',
      'ADAPTER_KEY_UNEXPECTED',
      {
        tensors: (tensors) =>
          void tensors.set(
            'base_model.model.more',
            filled([1], () => 1),
          ),
      },
    ],
    ['a wrong shape', 'ADAPTER_SHAPE_MISMATCH', put('a', ({ shape }) => filled([1, shape[1]! + 1], () => 1))],
    ['a wrong rank', 'ADAPTER_SHAPE_MISMATCH', { config: { r: 2 } }],
    [
      'a NaN',
      'ADAPTER_NOT_FINITE',
      put(
        'b',
        same((at) => (at === 1 ? Number.NaN : 1)),
      ),
    ],
    [
      'an infinity',
      'ADAPTER_NOT_FINITE',
      put(
        'headWeight',
        same((at) => (at === 1 ? Infinity : 1)),
      ),
    ],
    [
      'no effect',
      'ADAPTER_NO_EFFECT',
      put(
        'b',
        same(() => 0),
      ),
    ],
    ['a cut file', 'TENSOR_FILE_INVALID', {}, (bytes) => bytes.slice(0, -5)],
    [
      'an oversized header',
      'TENSOR_FILE_INVALID',
      {},
      (bytes) => {
        const copy = bytes.slice();
        new DataView(copy.buffer).setBigUint64(0, 1n << 40n, true);
        return copy;
      },
    ],
    [
      'overlapping tensors',
      'TENSOR_FILE_INVALID',
      {},
      (bytes) =>
        withHeader(bytes, (header) => header.replace(/"data_offsets":\[[1-9]\d*,/, '"data_offsets":[0,')),
    ],
    ['an unknown format version', 'FORMAT_VERSION_UNKNOWN', { metadata: { format_version: '9' } }],
    ['no licence', 'LICENCE_MISSING', { licence: null }],
  ])('%s: %s', async (_what, code, change, damage = (bytes) => bytes) => {
    const files = handMadeAdapter(cli.base, 0.7, change);
    const folder = await cli.adapterFolder('bad', { ...files, adapterModel: damage(files.adapterModel) });
    const ran = await cli.run('registry', 'import', folder, '--name', 'thing', '--json');
    expect(ran.err).toContain(`[${code}]`);
    expect(ran.out).toBe('');
    expect(ran.code).toBe(1);
  });

  test('a flipped byte: BLOB_CORRUPT, where the file comes with a promise', async () => {
    const files = handMadeAdapter(cli.base, 0.7);
    const promised = sha256(files.adapterModel);
    const flipped = files.adapterModel.slice();
    flipped[flipped.length - 3]! ^= 1;
    const folder = await cli.adapterFolder('flipped', { ...files, adapterModel: flipped });
    const ran = await cli.run('registry', 'import', folder, '--name', 'thing', '--sha256', promised);
    expect(ran.err).toContain('[BLOB_CORRUPT]');
    expect(ran.code).toBe(1);
  });

  test('and none of it changed what the champion finds, nor was anything registered', async () => {
    expect(await segmented('thing')).toBe(served);
    const listed = await cli.json<Version[]>('registry', 'list');
    expect(listed.filter(({ model }) => model === 'thing')).toMatchObject([
      { version: 1, aliases: ['champion'], verdict: 'green' },
    ]);
  });
});

describe('a certificate', () => {
  test('is checked offline: with the key that signed it, with another one, and after a change', async () => {
    const folder = join(cli.folder, 'exported');
    await cli.json('registry', 'export', 'thing@champion', '-o', folder);
    const file = join(folder, 'certificate.json');
    const good = await cli.run('registry', 'verify', file, '--trust', join(folder, 'certificate.pub'));
    expect(good).toMatchObject({ code: 0, out: 'green  thing/1\n' });
    const other = join(cli.folder, 'other.pub');
    await writeFile(other, 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n');
    const foreign = await cli.run('registry', 'verify', file, '--trust', other);
    expect(foreign.err).toMatch(/not among the 1 trusted ones \[CERTIFICATE_INVALID\]/);
    expect(foreign.code).toBe(1);
    await writeFile(file, (await readFile(file, 'utf8')).replace('"version":1', '"version":2'));
    const changed = await cli.run('registry', 'verify', file);
    expect(changed.err).toMatch(/changed after signing \[CERTIFICATE_INVALID\]/);
    expect(changed.code).toBe(1);
  });

  test('that is red keeps a version from every alias, and the champion stays', async () => {
    const folder = await cli.adapterFolder('red', handMadeAdapter(cli.base, 0.9));
    await cli.json('registry', 'import', folder, '--name', 'thing');
    await using models = openModels({ device: 'cpu', baseFolder: join(cli.folder, 'base') }, cli.database);
    const row = await models.registry.find('models:/thing/2');
    const { document } = (await models.registry.certificate(row))!;
    const evidence = {
      issuedAt: document.issuedAt,
      base: document.base,
      tasks: document.tasks,
      runtime: document.runtime,
      canaries: document.canaries.map((canary) => ({ ...canary, after: sha256('something else') })),
      dice: document.dice,
      diceUntrained: document.diceUntrained,
      testSets: document.testSets!,
    } satisfies CertificateEvidence;
    const bytes = signCertificate(evidence, models.key);
    await models.registry.attachCertificate({ uri: 'models:/thing/2', bytes, who: 'test', why: 'a red one' });
    for (const alias of ['champion', 'challenger']) {
      const ran = await cli.run('registry', 'promote', 'thing/2', '--alias', alias);
      expect(ran.err).toMatch(/certificate is red: canary .* output changed \[PROMOTION_REFUSED\]/);
      expect(ran.code).toBe(1);
    }
    expect(await segmented('thing')).toBe(served);
    // replayed, it is green again: then it may
    const verified = await cli.run('registry', 'verify', 'thing/2', '--replay');
    expect(verified).toMatchObject({ code: 0, out: 'models:/thing/2  ok\n' });
    await cli.json('registry', 'promote', 'thing/2');
    expect(await segmented('thing')).not.toBe(served);
    await cli.json('registry', 'rollback', 'thing', '--why', 'it was better');
    expect(await segmented('thing')).toBe(served);
  });
});

test('the same import again is the same version: asked twice, it is done once', async () => {
  const folder = await cli.adapterFolder('same', handMadeAdapter(cli.base, 0.55));
  const first = await cli.run('registry', 'import', folder, '--name', 'same', '--json');
  expect(first.err).toBe(''); // words are for stderr, and there were none: no terminal, no bar
  const again = await cli.json<Version>('registry', 'import', folder, '--name', 'same');
  expect(again).toEqual(JSON.parse(first.out));
  const listed = await cli.json<Version[]>('registry', 'list');
  expect(listed.filter(({ model }) => model === 'same')).toHaveLength(1);
});

test('an alias is taken away, and then nothing serves under it', async () => {
  await cli.json('registry', 'promote', 'same/1', '--alias', 'night');
  expect(await cli.json('registry', 'remove-alias', 'same', '--alias', 'night', '--why', 'over')).toEqual({
    model: 'same',
    alias: 'night',
    version: null,
  });
  const gone = await cli.run('registry', 'info', 'same@night');
  expect(gone).toMatchObject({ code: 1, out: '' });
  const twice = await cli.run('registry', 'remove-alias', 'same', '--alias', 'night');
  expect(twice.code).toBe(1);
  expect(twice.err).toContain('[NOT_FOUND]');
});

test('an export comes back as it went: the same files, the same manifest numbers', async () => {
  const folder = join(cli.folder, 'round-trip');
  await cli.json('registry', 'export', 'thing/1', '-o', folder);
  const again = await cli.json<Version>('registry', 'import', folder, '--name', 'thing-again');
  expect(again).toMatchObject({ model: 'thing-again', version: 1, verdict: 'green' });
  const info = (uri: string) => cli.json<{ content: Record<string, unknown> }>('registry', 'info', uri);
  const [a, b] = [await info('thing/1'), await info('thing-again')];
  for (const field of ['lora', 'head', 'parameters', 'effect', 'labels', 'licence'])
    expect(canonicalJson(b.content[field])).toBe(canonicalJson(a.content[field]));
});

test('a byte that flips in the store is found by verify, and the version serves no more', async () => {
  const folder = await cli.adapterFolder('rotten', handMadeAdapter(cli.base, 0.6));
  await cli.json('registry', 'import', folder, '--name', 'rotten');
  await cli.json('registry', 'promote', 'rotten');
  const shown = await cli.json<{ content: { blobs: { role: string; digest: string }[] } }>(
    'registry',
    'info',
    'rotten',
  );
  const hex = shown.content.blobs.find(({ role }) => role === 'adapter')!.digest.slice('sha256:'.length);
  const path = join(cli.home, 'blobs', hex.slice(0, 2), hex.slice(2, 4), hex);
  const bytes = await readFile(path);
  bytes[bytes.length - 1]! ^= 1;
  await mkdir(cli.folder, { recursive: true });
  await writeFile(path, bytes);
  const verified = await cli.run('registry', 'verify', 'rotten');
  expect(verified.code).toBe(1);
  expect(verified.err).toMatch(/✗ blob adapter .*\[BLOB_CORRUPT\]/);
  const ran = await cli.run('segment', '-i', scan, '-o', join(cli.folder, 'x.nii.gz'), '--task', 'rotten');
  expect(ran.code).toBe(1);
  expect(ran.err).toContain('[BLOB_CORRUPT]');
  expect(await segmented('thing')).toBe(served);
});

test('a wrong call ends with 2, what is not there with 1', async () => {
  expect(await cli.run('registry', 'import', join(cli.folder, 'nowhere'), '--name', 'x')).toMatchObject({
    code: 2,
  });
  expect(await cli.run('registry', 'promote')).toMatchObject({ code: 2 });
  expect(
    await cli.run('segment', '-i', scan, '-o', 'x.nii.gz', '--task', 'thing', '--device', 'abacus'),
  ).toMatchObject({ code: 2 });
  const missing = await cli.run('registry', 'info', 'nothing/1');
  expect(missing).toMatchObject({ code: 1, out: '' });
  expect(missing.err).toContain('[NOT_FOUND]');
});
