// Teaches a network one task by one of the compared methods. The shipped way is LoRA; the rest are its rivals.
// Every method runs the same batches, steps and schedule; only what is trained and the loss differ.
import { AppError, type Sha256 } from '@tomograph/kernel';
import { pvt } from '../../arch/pvt.js';
import type { PvtBase } from '../../arch/pvt-base.js';
import type { PvtConfig } from '../../arch/pvt-config.js';
import { Graph, type Val } from '../../graph/graph.js';
import {
  FlatParams,
  FrozenParams,
  initialVector,
  type ParamSource,
  unflatten,
  type Weights,
} from '../../graph/params.js';
import { adapterFromWeights, type Factors, type Head } from '../../lora/adapter.js';
import { TrainableLora } from '../../lora/lora-scope.js';
import { diceAndCrossEntropy, oneHotRows } from '../../losses/segmentation-loss.js';
import * as b from '../../ops/build.js';
import { linear } from '../../ops/layers.js';
import { cosineRate } from '../../optim/schedule.js';
import { type TrainingProgram, trainingProgram } from '../../train/program.js';
import { runTraining, type TrainingRun } from '../../train/training-loop.js';
import { auxiliaryLoss } from './auxiliary-heads.js';
import { type Distillation, lwfTerm, mibLosses, mibStart } from './distillation.js';
import { learningRates, type Method, rateOfA } from './method.js';
import { type BatchOptions, checkTask, type OrganTask, taskBatch } from './organ-task.js';

/** A network with everything it has learnt so far. */
export interface Learner {
  readonly config: PvtConfig;
  readonly weights: Weights;
  /** By task, in the order of learning. MiB keeps one head, named `joint`. */
  readonly heads: ReadonlyMap<string, Head>;
}

export interface TeachOptions {
  readonly steps: number;
  readonly seed: number;
  readonly batchSize?: number;
  readonly intensityJitter?: number;
  /** Peak; default by method. */
  readonly learningRate?: number;
  /** alpha / r of trained factors; default 1. */
  readonly loraScale?: number;
  /** Feeds of a step instead of whole cases of the task, such as crops of larger volumes; a pure function of the step. */
  readonly batches?: TrainingRun['batch'];
  readonly onProgress?: TrainingRun['onProgress'];
  readonly checkpoint?: TrainingRun['checkpoint'];
  readonly signal?: AbortSignal;
}

export interface Taught {
  readonly learner: Learner;
  /** Factors of the new task; empty for every other method. */
  readonly factors: ReadonlyMap<string, Factors>;
  readonly head: Head;
  /** Values that have to be stored for this task: without and with the head. */
  readonly newParameters: { readonly body: number; readonly head: number };
}

/** @throws AppError INVALID_ARGUMENT, TRAINING_DIVERGED, CANCELLED */
export async function teach(
  from: Learner,
  task: OrganTask,
  method: Method,
  options: TeachOptions,
): Promise<Taught> {
  checkTask(task);
  if (from.config.size.join() !== task.size.join()) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `the network sees ${from.config.size.join('×')} voxels, task ${task.name} has ${task.size.join('×')}`,
      facts: { task: task.name },
    });
  }
  const batch: BatchOptions = {
    size: options.batchSize ?? 4,
    seed: options.seed,
    intensityJitter: options.intensityJitter ?? 0.05,
  };
  const built = buildProgram(from, task, method, batch.size, options.loraScale ?? 1);
  const peak = options.learningRate ?? learningRates[method.kind];
  const { onProgress, checkpoint, signal } = options;
  const result = await runTraining({
    program: built.program,
    start: { params: startVector(built, from, task, method, options.seed) },
    steps: options.steps,
    schedule: cosineRate({
      peak,
      steps: options.steps,
      warmup: Math.ceil(options.steps / 20),
      floor: peak / 100,
    }),
    batch: options.batches ?? ((step) => taskBatch(task, step, batch)),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(signal === undefined ? {} : { signal }),
  });
  return taught(
    from,
    task,
    method,
    built,
    unflatten(built.program.entries, result.params),
    options.loraScale ?? 1,
  );
}

/** Trains a base from nothing. */
export function teachBase(config: PvtConfig, task: OrganTask, options: TeachOptions): Promise<Taught> {
  return teach({ config, weights: new Map(), heads: new Map() }, task, { kind: 'full' }, options);
}

/** A stored base as something that can learn. */
export function learnerOf(base: PvtBase, task = 'base'): Learner {
  return { config: base.config, weights: base.weights, heads: new Map([[task, base.head]]) };
}

/** The same weights with other heads. */
export const learnerAfter = (from: Learner, heads: Learner['heads']): Learner => ({ ...from, heads });

interface Built {
  readonly program: TrainingProgram;
  readonly lora: TrainableLora | undefined;
}

function trains(method: Method, name: string): boolean {
  if (method.kind === 'lora' || method.kind === 'head') return false;
  return method.kind !== 'decoder' || name.startsWith('decoder.') || name.startsWith('stem');
}

function buildProgram(from: Learner, task: OrganTask, method: Method, batch: number, scale: number): Built {
  const { config } = from;
  const graph = new Graph(`teach-${method.kind}`);
  const params = new FlatParams(graph);
  const frozen = new FrozenParams(graph, from.weights);
  const source: ParamSource = {
    get: (name, shape, init) =>
      trains(method, name) ? params.get(name, shape, init) : frozen.get(name, shape),
  };
  const lora = method.kind === 'lora' ? new TrainableLora(params, method.ranks, scale) : undefined;
  const x = graph.input('x', 'f32', [batch, ...config.size]);
  const labels = graph.input('labels', 'i32', [batch, task.size[0] * task.size[1] * task.size[2]]);
  const features = pvt(x, config, source, lora);
  const targets = oneHotRows(labels, task.classes.length);
  const distillation: Distillation = { graph, from, task, params, x, full: features.full };
  const { loss, terms } = headLosses(distillation, method, targets);
  const deep = auxiliaryLoss(features, targets, params, { batch, size: config.size });
  const program = trainingProgram({
    graph,
    params,
    loss: b.add(loss, deep),
    terms: { ...terms, deep },
    optimizer: {
      weightDecay: method.kind === 'lora' || method.kind === 'head' ? 0 : 0.01,
      clipNorm: 1,
      rate: ({ name }) => (/^lora\..*\.A$/.test(name) ? rateOfA : 1),
    },
  });
  return { program, lora };
}

function headLosses(
  scope: Distillation,
  method: Method,
  targets: Val,
): { loss: Val; terms: Readonly<Record<string, Val>> } {
  if (method.kind === 'mib') return mibLosses(scope, targets, method.weight);
  const logits = linear(scope.params, 'head', scope.full, scope.task.classes.length);
  const { loss, dice, ce } = diceAndCrossEntropy(logits, targets);
  if (method.kind !== 'lwf') return { loss, terms: { dice, ce } };
  const kept = lwfTerm(scope);
  return { loss: b.add(loss, b.mul(kept, method.weight)), terms: { dice, ce, distillation: kept } };
}

/** Fresh values by name and seed, then what the network knows already. */
function startVector(
  built: Built,
  from: Learner,
  task: OrganTask,
  method: Method,
  seed: number,
): Float32Array {
  const { entries } = built.program;
  const flat = initialVector(entries, seed);
  const joint = method.kind === 'mib' ? mibStart(from, task) : undefined;
  for (const { name, offset } of entries) {
    const known = from.weights.get(name)?.data ?? oldHeadValue(from, name) ?? joint?.get(name);
    if (known !== undefined) flat.set(known, offset);
  }
  return flat;
}

/** `old.<task>.weight|bias`: trained copies of earlier heads. */
function oldHeadValue(from: Learner, name: string): Float32Array | undefined {
  const match = /^old\.(.*)\.(weight|bias)$/.exec(name);
  return match === null ? undefined : from.heads.get(match[1]!)?.[match[2] as 'weight' | 'bias'];
}

function taught(
  from: Learner,
  task: OrganTask,
  method: Method,
  built: Built,
  trained: Weights,
  scale: number,
): Taught {
  const weights = new Map(from.weights);
  for (const { name, shape } of built.program.entries) {
    const isBody = !/^(head|aux|lora|old)\./.test(name);
    if (isBody) weights.set(name, { shape, data: trained.get(name)!.data });
  }
  const classes =
    method.kind === 'mib' ? [...from.heads.get('joint')!.classes, ...task.classes.slice(1)] : task.classes;
  const adapter = adapterFromWeights(trained, {
    base: 'sha256:' as Sha256,
    layers: built.lora?.layers ?? [],
    scale,
    classes,
  });
  const heads = new Map(from.heads);
  for (const old of from.heads.keys()) {
    const weight = trained.get(`old.${old}.weight`)?.data;
    const bias = trained.get(`old.${old}.bias`)?.data;
    if (weight && bias) heads.set(old, { weight, bias, classes: from.heads.get(old)!.classes });
  }
  heads.set(method.kind === 'mib' ? 'joint' : task.name, adapter.head);
  const count = (keep: (name: string) => boolean): number =>
    built.program.entries.reduce((n, { name, size }) => n + (keep(name) ? size : 0), 0);
  return {
    learner: { config: from.config, weights, heads },
    factors: adapter.factors,
    head: adapter.head,
    newParameters: {
      body: count((name) => !/^(head|aux|old)\./.test(name)),
      head: count((name) => name.startsWith('head.')),
    },
  };
}
