// The regularising rivals: the old network answers beside the new one in the same graph and is not trained.
// Learning without Forgetting (Li & Hoiem 2016): one head per task, old heads held to their old answers.
// MiB (Cermelli et al. 2020): one softmax over all classes; what is background today may be an old organ, and what the
// old network calls background may be a new one.
import { pvt } from '../../arch/pvt.js';
import type { Graph, Val } from '../../graph/graph.js';
import { type FlatParams, FrozenParams } from '../../graph/params.js';
import type { Head } from '../../lora/adapter.js';
import { crossEntropy, diceAndCrossEntropy } from '../../losses/segmentation-loss.js';
import * as b from '../../ops/build.js';
import { linear } from '../../ops/layers.js';
import type { OrganTask } from './organ-task.js';
import type { Learner } from './teach.js';

export interface Distillation {
  readonly graph: Graph;
  readonly from: Learner;
  readonly task: OrganTask;
  readonly params: FlatParams;
  readonly x: Val;
  /** Features of the student at full resolution. */
  readonly full: Val;
}

/** Features of the network as it was before this step. */
function teacherFeatures({ graph, from, x }: Distillation): Val {
  return pvt(x, from.config, new FrozenParams(graph, from.weights, 'teacher.')).full;
}

function constantHead(graph: Graph, features: Val, head: Head): Val {
  const classes = head.bias.length;
  const weight = graph.constant(head.weight, [head.weight.length / classes, classes]);
  return b.gemm(features, weight, graph.constant(head.bias, [classes]));
}

/** Cross entropy of the student's old heads against the teacher's, averaged over the heads. */
export function lwfTerm(scope: Distillation): Val {
  const { graph, from, params, full } = scope;
  const teacher = teacherFeatures(scope);
  const terms = [...from.heads].map(([name, head]) => {
    const answers = b.softmax(constantHead(graph, teacher, head));
    return crossEntropy(b.logSoftmax(linear(params, `old.${name}`, full, head.classes.length)), answers);
  });
  return b.mul(
    terms.reduce((sum, term) => b.add(sum, term)),
    1 / terms.length,
  );
}

/** log Σ exp over the last axis, kept as an axis of one. */
function logSumExp(x: Val): Val {
  const top = b.reduceMax(x, [-1], true);
  return b.add(top, b.log(b.reduceSum(b.exp(b.sub(x, top)), [-1], true)));
}

export function mibLosses(
  scope: Distillation,
  targets: Val,
  weight: number,
): { loss: Val; terms: Readonly<Record<string, Val>> } {
  const { graph, from, task, params, full } = scope;
  const head = from.heads.get('joint')!;
  const old = head.classes.length;
  const logits = linear(params, 'head', full, old + task.classes.length - 1);
  const [known, added] = b.split(logits, [old, task.classes.length - 1], 1) as [Val, Val];
  // today's background is whatever is not new: the old background and the old organs together
  const { loss, dice, ce } = diceAndCrossEntropy(b.concat([logSumExp(known), added], 1), targets);
  // the teacher's background holds the new organs
  const [background, organs] = b.split(known, [1, old - 1], 1) as [Val, Val];
  const asBefore = b.logSoftmax(b.concat([logSumExp(b.concat([background, added], 1)), organs], 1));
  const answers = b.softmax(constantHead(graph, teacherFeatures(scope), head));
  const distillation = crossEntropy(asBefore, answers);
  return { loss: b.add(loss, b.mul(distillation, weight)), terms: { dice, ce, distillation } };
}

/** The joint head grown by the new classes: they and the background share the old background's probability. */
export function mibStart(from: Learner, task: OrganTask): Map<string, Float32Array> {
  const head = from.heads.get('joint')!;
  const old = head.classes.length;
  const total = old + task.classes.length - 1;
  const features = head.weight.length / old;
  const weight = new Float32Array(features * total);
  const bias = new Float32Array(total);
  const share = (head.bias[0] ?? 0) - Math.log(task.classes.length);
  for (let c = 0; c < total; c++) {
    const source = c < old ? c : 0;
    for (let f = 0; f < features; f++) weight[f * total + c] = head.weight[f * old + source]!;
    bias[c] = c === 0 || c >= old ? share : head.bias[c]!;
  }
  return new Map([
    ['head.weight', weight],
    ['head.bias', bias],
  ]);
}
