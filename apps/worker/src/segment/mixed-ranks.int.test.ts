// One request with adapters of different ranks against a request each: the same bits. Why they run one after another and not as one
// tensor pass: docs/decisions/mixed-ranks-one-after-another.md. Needs the built files (threads).
import { Random } from '@tomograph/kernel';
import { type Adapter, type LoraFactors, writeAdapterFiles } from '@tomograph/models';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { holdTasks } from '../registry/choose-tasks.js';
import type { BaseSession } from '../registry/model-house.js';
import { importAdapter } from '../tasks/import-adapter.js';
import { ballBody } from '../testing/ball-cases.js';
import { weightsOf } from '../testing/hand-made-adapter.js';
import { type TinyWorker, tinyWorker } from '../testing/tiny-worker.js';
import { type ChosenTask, segmentVolume } from './segment-volume.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const ranks = [8, 1, 3];
let tiny: TinyWorker;
let session: BaseSession;
let tasks: ChosenTask[];
beforeAll(async () => {
  tiny = await tinyWorker(false);
  const rows = [];
  for (const rank of ranks) rows.push((await bring(rank)).row);
  session = await tiny.models.house.base(rows[0]!.base!);
  tasks = await holdTasks(tiny.models.house, rows);
});
afterAll(() => tiny?.[Symbol.asyncDispose]());

/** Random factors of a rank for every layer, through the same door as any adapter from elsewhere. */
function bring(rank: number) {
  const random = new Random(rank, 'mixed-ranks');
  const values = (n: number) => Float32Array.from({ length: n }, () => random.normal(0, 0.3));
  const factors = tiny.base.layers.map((layer): [string, LoraFactors] => {
    const width = layer.in;
    return [layer.name, { rank, scale: 1, a: values(rank * width), b: values(rank * layer.out) }];
  });
  const classes = ['background', `structure ${rank}`];
  const head = { weight: values(2 * tiny.base.head!.features), bias: values(2), classes };
  const adapter: Adapter = { base: weightsOf(tiny.base), factors: new Map(factors), head };
  const { config, weights } = writeAdapterFiles(adapter, tiny.base.name);
  return importAdapter(tiny.models, tiny.database.home, {
    files: { adapterConfig: config, adapterModel: weights },
    name: `rank-${rank}`,
    licence: 'MIT',
    by: { name: 'tester', mayMoveProtected: false },
  });
}

test('every rank finds in company, bit for bit, what it finds alone', async () => {
  const { volume } = ballBody(7);
  const together = await segmentVolume(volume, session, tasks);
  expect(tasks.map(({ adapter }) => adapter!.manifest.lora.rank)).toEqual(ranks);
  for (const task of tasks) {
    const alone = await segmentVolume(volume, session, [task]);
    const own = together.segments.filter(({ algorithm }) => algorithm === `models:/${task.model}/1`);
    expect(own.length).toBeGreaterThan(0);
    expect(own).toEqual(alone.segments); // bits of every frame
  }
});

test('in another order they find the same', async () => {
  const { volume } = ballBody(8);
  const byTask = async (order: readonly ChosenTask[]) => {
    const { segments } = await segmentVolume(volume, session, order);
    return [...segments].sort((a, b) => (a.label < b.label ? -1 : 1));
  };
  expect(await byTask(tasks.toReversed())).toEqual(await byTask(tasks));
});
