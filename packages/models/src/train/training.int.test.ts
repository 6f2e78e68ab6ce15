import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@tomograph/kernel';
import { afterAll, describe, expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import { FlatParams } from '../graph/params.js';
import { f32, type Tensors } from '../graph/tensor-data.js';
import * as b from '../ops/build.js';
import * as layers from '../ops/layers.js';
import { cosineRate } from '../optim/schedule.js';
import { type TrainingProgram, trainingProgram } from './program.js';
import { Trainer } from './trainer.js';
import { runTraining, type TrainingRun } from './training-loop.js';

const folder = mkdtempSync(join(tmpdir(), 'tomograph-training-'));
afterAll(() => rmSync(folder, { recursive: true }));
const withCode = (code: string) => expect.objectContaining({ code });

/** Fits y = sin(3x): one hidden layer. */
function program(options: { width?: number; place?: 'graph' | 'loop' } = {}): TrainingProgram {
  const graph = new Graph();
  const params = new FlatParams(graph);
  const x = graph.input('x', 'f32', ['batch', 1]);
  const y = graph.input('y', 'f32', ['batch', 1]);
  const hidden = b.tanh(layers.linear(params, 'fc1', x, options.width ?? 16, { gain: 4 }));
  const error = b.square(b.sub(layers.linear(params, 'fc2', hidden, 1), y));
  const count = b.reduceSum(b.add(b.mul(y, 0), 1));
  const fit = b.div(b.reduceSum(error), count);
  const size = b.mul(b.reduceMean(b.square(params.sources[0]!)), 1e-4);
  return trainingProgram({
    graph,
    params,
    loss: b.add(fit, size),
    terms: { fit, size },
    ...(options.place === undefined ? {} : { optimizerPlace: options.place }),
  });
}

function batch(step: number): Tensors {
  const random = new Random(3, `batch-${step}`);
  const x = Float32Array.from({ length: 32 }, () => random.uniform(-1, 1));
  return {
    x: f32(x, [32, 1]),
    y: f32(
      x.map((value) => Math.sin(3 * value)),
      [32, 1],
    ),
  };
}

const base: Omit<TrainingRun, 'program'> = {
  start: { seed: 1 },
  steps: 60,
  schedule: cosineRate({ peak: 3e-2, steps: 60, warmup: 5 }),
  batch,
};

describe('a training run', () => {
  it('fits, reports progress, and gives the same bytes for the same seed', async () => {
    const losses: number[] = [];
    const one = await runTraining({
      ...base,
      program: program(),
      onProgress: ({ loss }) => losses.push(loss),
    });
    const two = await runTraining({ ...base, program: program() });
    const other = await runTraining({ ...base, program: program(), start: { seed: 2 } });
    expect(losses).toHaveLength(60);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 10);
    expect(two.params).toEqual(one.params);
    expect(other.params).not.toEqual(one.params);
  });

  it('AdamW as nodes and as a loop agree', async () => {
    const nodes = await runTraining({ ...base, program: program({ place: 'graph' }) });
    const loop = await runTraining({ ...base, program: program({ place: 'loop' }) });
    const worst = Math.max(...nodes.params.map((value, i) => Math.abs(value - loop.params[i]!)));
    expect(worst).toBeLessThan(1e-4); // float32 nodes against a double-precision loop over 60 steps
  });

  it('goes on from a checkpoint to the same bytes, and refuses a foreign one', async () => {
    const whole = join(folder, 'whole');
    const parted = join(folder, 'parted');
    const run = { ...base, program: program() };
    await runTraining({ ...run, checkpoint: { path: whole, every: 20 } });
    await runTraining({ ...run, steps: 35, checkpoint: { path: parted, every: 20 } });
    await runTraining({ ...run, checkpoint: { path: parted, every: 20 } });
    expect(readFileSync(parted).equals(readFileSync(whole))).toBe(true);
    const foreign = { ...run, program: program({ width: 8 }), checkpoint: { path: whole, every: 20 } };
    await expect(runTraining(foreign)).rejects.toThrow(withCode('CONFLICT'));
    await expect(runTraining({ ...run, threads: 2, checkpoint: { path: whole, every: 20 } })).rejects.toThrow(
      withCode('CONFLICT'),
    );
  });

  it('stops at a loss that is not finite, names the step and every term, and keeps the last good state', async () => {
    await using trainer = await Trainer.create(program(), { start: { seed: 1 } });
    await trainer.step(batch(0), 1e-2);
    const before = await trainer.state();
    const poisoned = { ...batch(1), y: f32(new Float32Array(32).fill(Number.NaN), [32, 1]) };
    await expect(trainer.step(poisoned, 1e-2)).rejects.toThrow(/step 1.*loss NaN.*fit NaN.*size \d/);
    await expect(trainer.step(poisoned, 1e-2)).rejects.toThrow(withCode('TRAINING_DIVERGED'));
    expect(await trainer.state()).toEqual(before);
  });

  it('ends early when validation no longer improves and hands out the best weights', async () => {
    const seen = new Map<number, Float32Array>();
    const result = await runTraining({
      ...base,
      program: program(),
      validate: {
        every: 5,
        patience: 2,
        score: async (params, step) => {
          seen.set(step, params);
          return step <= 10 ? step : 0;
        },
      },
    });
    expect(result).toMatchObject({ stoppedEarly: true, steps: 20 });
    expect(result.params).toEqual(seen.get(10));
  });

  it('can be cancelled', async () => {
    const stop = new AbortController();
    const onProgress = ({ step }: { step: number }): void => (step === 3 ? stop.abort() : undefined);
    const run = runTraining({ ...base, program: program(), signal: stop.signal, onProgress });
    await expect(run).rejects.toThrow(withCode('CANCELLED'));
  });

  it('leaves the event loop of the caller free while a step computes', async () => {
    // about 0.4 s of products in one step
    const graph = new Graph();
    const params = new FlatParams(graph);
    const x = graph.input('x', 'f32', [512, 512]);
    let y = x;
    for (let i = 0; i < 12; i++) y = layers.linear(params, `fc${i}`, y, 512);
    const heavy = trainingProgram({ graph, params, loss: b.reduceMean(b.square(y)) });
    await using trainer = await Trainer.create(heavy, { start: { seed: 1 } });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const started = performance.now();
    await trainer.step({ x: f32(new Float32Array(512 * 512).fill(0.1), [512, 512]) }, 1e-3);
    const elapsedMs = performance.now() - started;
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(elapsedMs / 5 / 4); // a blocked loop gives none
  });

  it('is killed with SIGKILL, resumed, and ends in the bytes of an uninterrupted run', async () => {
    const door = new URL('../../dist/index.js', import.meta.url).href;
    const path = join(folder, 'killed');
    const script = (out: string): string => `
      import { FlatParams, Graph, layers, ops as b, f32, trainingProgram, runTraining, cosineRate } from '${door}';
      const graph = new Graph(), params = new FlatParams(graph);
      const x = graph.input('x', 'f32', [16, 4]);
      const y = layers.linear(params, 'b', b.tanh(layers.linear(params, 'a', x, 64)), 4);
      const program = trainingProgram({ graph, params, loss: b.reduceMean(b.square(b.sub(y, b.sin(x)))) });
      await runTraining({ program, start: { seed: 4 }, steps: 400, schedule: cosineRate({ peak: 1e-2, steps: 400 }),
        batch: (step) => ({ x: f32(Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * 7 + step)), [16, 4]) }),
        onProgress: ({ step }) => { if (step % 10 === 0) console.log(step); },
        checkpoint: { path: ${JSON.stringify(out)}, every: 7 } });`;
    const start = (out: string) =>
      spawn(process.execPath, ['--input-type=module', '-e', script(out)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    const ended = (child: ReturnType<typeof start>): Promise<string | number | null> =>
      new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));

    const victim = start(path);
    victim.stdout.on('data', (text: Buffer) => {
      if (
        text
          .toString()
          .split('\n')
          .some((line) => Number(line) >= 100)
      )
        victim.kill('SIGKILL');
    });
    expect(await ended(victim)).toBe('SIGKILL');
    expect(existsSync(path)).toBe(true);
    expect(await ended(start(path))).toBe(0);
    const whole = join(folder, 'not-killed');
    expect(await ended(start(whole))).toBe(0);
    expect(readFileSync(path).equals(readFileSync(whole))).toBe(true);
  }, 60_000);
});
