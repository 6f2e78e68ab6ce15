// The example of this package's README, run as it stands there. Needs the built files.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { holdTasks, importAdapter, openModels, resolveTasks, segmentVolume, startWorker } from './index.js';
import { ballBody } from './testing/ball-cases.js';
import { handMadeAdapter } from './testing/hand-made-adapter.js';
import { tinyWorker } from './testing/tiny-worker.js';

vi.setConfig({ testTimeout: 240_000 });

test('the example of the door runs, line by line', async () => {
  await using tiny = await tinyWorker(false);
  const { database } = tiny;
  const config = { ...database.config, baseFolder: tiny.baseFolder };
  const logger = pino({ level: 'silent' });
  const files = handMadeAdapter(tiny.base, 0.5);
  const by = { name: 'admin', mayMoveProtected: true };
  const { volume } = ballBody(1);
  const console = { log: vi.fn() };
  const example = async () => {
    const worker = await startWorker({ config, database, logger, isServing: true }); // until worker.close()

    await using models = openModels(config, database); // registry, signing key, models in memory
    await models.prepare(); // the shipped base, or the folder of TOMOGRAPH_BASE
    const { row } = await importAdapter(models, config.home, { files, name: 'thing', by });
    await models.registry.promote({
      model: 'thing',
      version: row.version,
      alias: 'champion',
      by,
      why: 'first',
    });

    const { base, rows } = await resolveTasks(models.registry, ['thing', 'base']);
    const session = await models.house.base(base);
    const found = await segmentVolume(volume, session, await holdTasks(models.house, rows));
    console.log(
      found.structures.map(({ name, volumeMl }) => `${name} ${volumeMl} mL`),
      found.conflicts.voxels,
    );
    await worker.close();
  };
  await example();
  expect(console.log.mock.calls[0]![0]).toHaveLength(2);
  const readme = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');
  const shown = /```ts\n([\s\S]*?)```/.exec(readme)![1]!;
  const own = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  const squeezed = (text: string) => text.replace(/[\s,]+/g, '');
  expect(squeezed(own)).toContain(squeezed(shown));
});
