// The life of a learned space by the built command: added, filled, switched to, taken back. Needs weights/biud.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SpaceRecord } from '@tomograph/data';
import { type BiudModel, decodeBiud, encodeBiud } from '@tomograph/models';
import { readMeaningBundle, shippedMeaningFolder } from '@tomograph/worker';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type CliHome, cliHome } from '../testing/cli-home.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(!existsSync(shippedMeaningFolder))('tomograph space', () => {
  let cli: CliHome;
  let folder: string;
  let shipped: BiudModel;

  /** The shipped networks with other CT weights: another training of the same width. */
  const write = async (name: string, scale: number): Promise<string> => {
    const ct = new Map(
      [...shipped.ct].map(([key, { shape, data }]) => [key, { shape, data: data.map((x) => x * scale) }]),
    );
    const path = await mkdtemp(join(cli.folder, `${name}-`));
    for (const [file, bytes] of encodeBiud({ ...shipped, ct })) {
      await mkdir(dirname(join(path, file)), { recursive: true });
      await writeFile(join(path, file), bytes);
    }
    return path;
  };

  beforeAll(async () => {
    cli = await cliHome();
    shipped = decodeBiud((await readMeaningBundle(shippedMeaningFolder))!.files);
    folder = await write('other', 1.25);
  });
  afterAll(() => cli[Symbol.asyncDispose]());

  test('a space of another training is added as the next version, once', async () => {
    const first = await cli.json<SpaceRecord>('space', 'add', shippedMeaningFolder);
    expect(first).toMatchObject({ name: 'biud', version: 1, phase: 'BUILDING', channel: 'meaning' });
    const added = await cli.json<SpaceRecord>('space', 'add', folder);
    expect(added).toMatchObject({ name: 'biud', version: 2, phase: 'BUILDING', width: first.width });
    expect(added.digest).not.toBe(first.digest);
    expect((await cli.json<SpaceRecord>('space', 'add', folder)).id).toBe(added.id);
  });

  test('it cannot answer before its backfill has measured its recall', async () => {
    const early = await cli.run('space', 'activate', 'biud@2');
    expect([early.code, early.err]).toEqual([1, expect.stringContaining('BUILDING')]);
    const ready = await cli.json<SpaceRecord>('space', 'backfill', 'biud@2');
    expect(ready).toMatchObject({ phase: 'READY', recallAt10: 1 });
  });

  test('cutover and rollback move the channel, one space answering at a time', async () => {
    await cli.json('space', 'backfill', 'biud@1');
    expect(await cli.json('space', 'activate', 'biud@1')).toMatchObject({ phase: 'ACTIVE' });
    expect(await cli.json('space', 'activate', 'biud@2')).toMatchObject({ phase: 'ACTIVE', version: 2 });
    const phases = async () =>
      (await cli.json<SpaceRecord[]>('space', 'list'))
        .filter(({ channel }) => channel === 'meaning')
        .map(({ phase }) => phase);
    expect(await phases()).toEqual(['RETIRED', 'ACTIVE']);
    expect(await cli.json('space', 'rollback', 'biud@2')).toMatchObject({ phase: 'ACTIVE', version: 1 });
    expect(await phases()).toEqual(['ACTIVE', 'RETIRED']);
  });

  test('a folder that is no bundle, or not the one that was written, is refused', async () => {
    const broken = await write('broken', 2);
    await writeFile(join(broken, 'ct.onnx'), 'x');
    expect((await cli.run('space', 'add', broken)).err).toContain('[BLOB_CORRUPT]');
    expect(await cli.run('space', 'add', join(cli.folder, 'nowhere'))).toMatchObject({ code: 2 });
    expect((await cli.run('space', 'backfill', 'biud@9')).err).toContain('[NOT_FOUND]');
    expect(await cli.json<SpaceRecord[]>('space', 'list')).toHaveLength(3);
  });
});
