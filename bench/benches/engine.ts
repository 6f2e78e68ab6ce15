// Speed of the engine: a training step of the 64³ batch-2 network, packed LoRA against the plain base, adapter
// switching. Everything on one thread, in processor time; rounds of the compared forms alternate, so that a busy machine slows all alike.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Random, type Sha256 } from '@tomograph/kernel';
import {
  FlatParams,
  f32,
  floats,
  Graph,
  i32,
  initialVector,
  type LoraFactors,
  layers,
  ops,
  type PvtBase,
  packAdapter,
  packedBase,
  plainNetwork,
  pvt,
  pvtConfig,
  pvtLayout,
  Session,
  servingNetwork,
  type Tensors,
  type TrainingProgram,
  trainingProgram,
  unflatten,
} from '@tomograph/models';
import { bar, type Evaluation, type EvaluationOptions } from '../evaluation.js';

const batch = 2;
const classes = 6;

export async function bench({ quick, log }: EvaluationOptions): Promise<Evaluation> {
  const rounds = quick ? 5 : 15;
  const training = await trainingSpeed(rounds, log);
  const serving = await servingSpeed(quick ? 7 : 61, log);
  const rival = torchSpeed(rounds);
  return {
    name: 'engine',
    data: 'random tensors, 64³ network "small" (training, batch 2) and "base" (serving, batch 1), one thread',
    seeds: [1],
    bars: [
      bar('training step, 64³ batch 2, one thread', training.gflops, '≥', 15, rounds, 'GFLOP/s'),
      bar(
        'values that differ between rank 0 and the plain base',
        serving.differing,
        '=',
        0,
        classes * 64 ** 3,
      ),
      bar(
        'packed LoRA at rank 0 over the plain base',
        median(serving.paired.rank0),
        '≤',
        3,
        serving.rounds,
        '%',
      ),
      bar(
        'packed LoRA at rank 8 over the plain base',
        median(serving.paired.rank8),
        '≤',
        20,
        serving.rounds,
        '%',
      ),
      bar(
        'switching the adapter at every request over keeping it',
        median(serving.paired.switching),
        '≤',
        Math.max(2, Math.round(10 * serving.noise) / 10),
        serving.rounds,
        '% (noise of the kept form, at least 2)',
      ),
      ...(rival === undefined
        ? []
        : [
            bar('speed of the training step over PyTorch', rival.ms / training.bestMs, '≥', 0.7, rounds, '×'),
          ]),
    ],
    tables: [
      {
        title: 'Processor milliseconds of alternating rounds',
        columns: ['what', 'median', 'quartiles', 'best', 'n'],
        rows: [
          row(`training step of ${(training.parameters / 1e6).toFixed(1)} M parameters`, training.times),
          row('plain base', serving.times.plain),
          row('packed, rank 0', serving.times.rank0),
          row('packed, rank 8', serving.times.rank8),
          row('packed, rank 8, another adapter every request', serving.times.switching),
        ],
      },
      {
        title: 'Paired by round: percent over the form it is compared with',
        columns: ['what', 'median', 'quartiles', 'n'],
        rows: [
          paired('rank 0 over the plain base', serving.paired.rank0),
          paired('rank 8 over the plain base', serving.paired.rank8),
          paired('another adapter every request over rank 8 kept', serving.paired.switching),
        ],
      },
    ],
    remarks: [
      `training: ${training.parameters} parameters, ${(training.flops / 1e9).toFixed(2)} GFLOP per step counted in products only`,
      rival === undefined
        ? "PyTorch was not compared: python3 -c 'import torch' does not work here (Debian: python3-torch)"
        : `PyTorch, one thread, same network, loss and optimiser, ${rival.blas}: best step ${rival.ms.toFixed(0)} ms`,
      'GPU: not run',
    ],
  };
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!;
const median = (values: readonly number[]): number => quantile(values, 0.5);
const quartiles = (values: readonly number[]): string =>
  `${quantile(values, 0.25).toFixed(1)} – ${quantile(values, 0.75).toFixed(1)}`;
const row = (what: string, ms: readonly number[]): (string | number)[] => [
  what,
  median(ms),
  quartiles(ms),
  Math.min(...ms),
  ms.length,
];
const paired = (what: string, percent: readonly number[]): (string | number)[] => [
  what,
  median(percent),
  quartiles(percent),
  percent.length,
];

/** Processor milliseconds of this process: other people's load on the machine does not count. */
async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

function segmentationProgram(): TrainingProgram {
  const config = pvtConfig('small', 64);
  const graph = new Graph();
  const params = new FlatParams(graph);
  const x = graph.input('x', 'f32', [batch, ...config.size]);
  const labels = graph.input('labels', 'i32', [batch * 64 ** 3]);
  const logits = layers.linear(params, 'head', pvt(x, config, params).full, classes);
  const picked = ops.mul(ops.logSoftmax(logits), ops.oneHot(labels, classes));
  return trainingProgram({ graph, params, loss: ops.mul(ops.reduceSum(picked), -1 / (batch * 64 ** 3)) });
}

async function trainingSpeed(rounds: number, log: EvaluationOptions['log']) {
  const program = segmentationProgram();
  const session = await Session.load(program.bytes);
  const random = new Random(1, 'bench');
  const normal = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.normal());
  const zeros = f32(new Float32Array(program.total), [program.total]);
  const feeds: Tensors = {
    x: f32(normal(batch * 64 ** 3), [batch, 64, 64, 64]),
    labels: i32(
      Int32Array.from({ length: batch * 64 ** 3 }, () => random.int(classes)),
      [batch * 64 ** 3],
    ),
    params: f32(initialVector(program.entries, 1), [program.total]),
    m: zeros,
    v: zeros,
    learningRate: f32([1e-3], []),
    correction1: f32([1], []),
    correction2: f32([1], []),
  };
  await session.run(feeds);
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) times.push(await timed(() => session.run(feeds)));
  await session.dispose();
  const bestMs = Math.min(...times);
  log(`training step: best ${bestMs.toFixed(0)} ms, ${(program.flops / bestMs / 1e6).toFixed(1)} GFLOP/s`);
  return {
    bestMs,
    times,
    flops: program.flops,
    gflops: program.flops / bestMs / 1e6,
    parameters: program.total,
  };
}

/** Random weights are as fast as trained ones. */
function randomBase(): PvtBase {
  const config = pvtConfig('base', 64);
  const { entries } = pvtLayout(config);
  const head = {
    weight: new Float32Array(config.features * classes).fill(0.1),
    bias: new Float32Array(classes),
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
  };
  return {
    config,
    weights: unflatten(entries, initialVector(entries, 1)),
    head,
    digest: 'sha256:bench' as Sha256,
  };
}

async function servingSpeed(rounds: number, log: EvaluationOptions['log']) {
  const base = randomBase();
  const { bytes, layout } = servingNetwork(base);
  const [plain, packed] = [await Session.load(plainNetwork(base)), await Session.load(bytes)];
  const x = f32(
    new Float32Array(64 ** 3).map((_, i) => Math.sin(i)),
    [1, 64, 64, 64],
  );
  const head: Tensors = {
    'head.weight': f32(base.head.weight, [base.config.features, classes]),
    'head.bias': f32(base.head.bias, [classes]),
  };
  const adapter = (value: number) => {
    const factors = layout.map((layer): [string, LoraFactors] => [
      layer.name,
      {
        rank: 8,
        scale: 1,
        a: new Float32Array(8 * layer.in).fill(value),
        b: new Float32Array(8 * layer.out).fill(value),
      },
    ]);
    return packAdapter(layout, new Map(factors));
  };
  const adapters = Array.from({ length: 5 }, (_, i) => adapter(1e-4 * (i + 1)));
  const rank0 = { x, ...head, lora: packedBase(layout) };
  const forms = {
    plain: (_round: number) => plain.run({ x }),
    rank0: (_round: number) => packed.run(rank0),
    rank8: (_round: number) => packed.run({ x, ...head, lora: adapters[0]! }),
    switching: (round: number) => packed.run({ x, ...head, lora: adapters[round % adapters.length]! }),
  };
  const [one, other] = [await forms.plain(0), await forms.rank0(0)].map((out) =>
    floats(out, 'probabilities'),
  );
  const differing = one!.reduce((n, value, i) => n + Number(!Object.is(value, other![i])), 0);
  const names = Object.keys(forms) as (keyof typeof forms)[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    keyof typeof forms,
    number[]
  >;
  for (let round = -2; round < rounds; round++) {
    // the order rotates, so that no form always follows the same one
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round + 4) % names.length]!;
      const ms = await timed(() => forms[name](round + 2));
      if (round >= 0) times[name].push(ms);
    }
  }
  await Promise.all([plain.dispose(), packed.dispose()]);
  // compared round by round: a machine that speeds up or slows down does so for both
  const over = (name: keyof typeof forms, than: keyof typeof forms): number[] =>
    times[name].map((ms, i) => 100 * (ms / times[than][i]! - 1));
  const middle = median(times.rank8);
  const paired = {
    rank0: over('rank0', 'plain'),
    rank8: over('rank8', 'plain'),
    switching: over('switching', 'rank8'),
  };
  for (const name of names) log(`${name}: ${median(times[name]).toFixed(1)} ms`);
  return {
    rounds,
    differing,
    times,
    paired,
    noise: (100 * median(times.rank8.map((ms) => Math.abs(ms - middle)))) / middle,
  };
}

/** Processor milliseconds of PyTorch's best step of the same network, or undefined where it is not installed. */
function torchSpeed(rounds: number): { ms: number; blas: string } | undefined {
  const script = fileURLToPath(new URL('../../../bench/benches/engine_torch.py', import.meta.url));
  const config = JSON.stringify({ ...pvtConfig('small', 64), classes, batch, rounds });
  // Debian's torch belongs to Debian's interpreter, which need not be the first on the path
  const runs = ['python3', '/usr/bin/python3'].map(
    (python) => () =>
      spawnSync(python, [script, config], {
        encoding: 'utf8',
        timeout: 300_000,
        env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
      }),
  );
  const first = runs[0]!();
  const run = first.status === 0 ? first : runs[1]!();
  if (run.status !== 0) return undefined;
  return JSON.parse(run.stdout) as { ms: number; blas: string };
}
