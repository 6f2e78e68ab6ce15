// Serving networks of a base: one session for every adapter, and the plain base for comparison.
import { Graph } from '../graph/graph.js';
import { FrozenParams } from '../graph/params.js';
import { f32, type Tensors } from '../graph/tensor-data.js';
import { type Adapter, type Head, packAdapter, packedBase } from '../lora/adapter.js';
import { type LoraLayer, PackedLora } from '../lora/lora-scope.js';
import { gemm, softmax } from '../ops/build.js';
import { pvt } from './pvt.js';
import type { PvtBase } from './pvt-base.js';

export interface ServingNetwork {
  /** ONNX: x [batch, d, h, w], lora [rank, width], head.weight [features, classes], head.bias [classes] -> probabilities [batch·voxels, classes]. */
  readonly bytes: Uint8Array;
  readonly layout: readonly LoraLayer[];
}

/** Factors and heads are inputs: the session never changes when a task is added. */
export function servingNetwork(base: Pick<PvtBase, 'config' | 'weights'>): ServingNetwork {
  const graph = new Graph('pvt-serving');
  const lora = new PackedLora(graph);
  const { config, weights } = base;
  const x = graph.input('x', 'f32', ['batch', ...config.size]);
  const { full } = pvt(x, config, new FrozenParams(graph, weights), lora);
  lora.seal();
  const weight = graph.input('head.weight', 'f32', [config.features, 'classes']);
  const bias = graph.input('head.bias', 'f32', ['classes']);
  graph.output('probabilities', softmax(gemm(full, weight, bias)));
  return { bytes: graph.encode(), layout: lora.layout };
}

/** The base alone, its head built in: x [batch, d, h, w] -> probabilities [batch·voxels, classes]. */
export function plainNetwork(base: PvtBase): Uint8Array {
  const graph = new Graph('pvt-plain');
  const { config, weights, head } = base;
  const x = graph.input('x', 'f32', ['batch', ...config.size]);
  const { full } = pvt(x, config, new FrozenParams(graph, weights));
  const weight = graph.constant(head.weight, [config.features, head.classes.length]);
  graph.output(
    'probabilities',
    softmax(gemm(full, weight, graph.constant(head.bias, [head.classes.length]))),
  );
  return graph.encode();
}

/** The feeds that choose a task: an adapter, or the base itself. */
export function taskFeeds(
  layout: readonly LoraLayer[],
  task: { readonly factors?: Adapter['factors']; readonly head: Head },
): Tensors {
  const { head } = task;
  const classes = head.bias.length;
  return {
    lora: task.factors === undefined ? packedBase(layout) : packAdapter(layout, task.factors),
    'head.weight': f32(head.weight, [head.weight.length / classes, classes]),
    'head.bias': f32(head.bias, [classes]),
  };
}
