// Reverse-mode differentiation on the graph: emits ordinary nodes into the same graph. Not a tape: nothing runs here.

import { refuse, sameShape } from '../graph/dim.js';
import type { Graph, GraphNode, Val } from '../graph/graph.js';
import { add } from '../ops/build.js';
import { operators } from '../ops/operators.js';

/**
 * d loss / d each of `wrt`, in the same order and of the same shapes. `wrt` may be inputs, parts of a packed input, or
 * any value between. Integer and bool values are constants to differentiation.
 * @throws AppError GRAPH_INVALID when the loss is not one number, does not depend on a value of `wrt`, or passes
 * through an operator that has no gradient
 */
export function grad(loss: Val, wrt: readonly Val[]): Val[] {
  if (loss.shape.length !== 0 && !loss.shape.every((dim) => dim === 1)) {
    refuse(`a gradient needs a loss of one number, ${loss.name} is [${loss.shape}]`);
  }
  const nodes = [...loss.graph.nodes];
  const depends = dependents(nodes, wrt);
  const adjoints = new Map<Val, Val>();
  adjoints.set(loss, seed(loss));
  const sought = new Set(wrt);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    const dys = node.outputs.map((output) => adjoints.get(output));
    if (!node.inputs.some((input) => depends.has(input)) || dys.every((dy) => dy === undefined)) continue;
    backward(node, dys, depends, adjoints);
    // an adjoint is complete once its node is passed; keep only those that were asked for
    for (const output of node.outputs) if (!sought.has(output)) adjoints.delete(output);
  }
  return wrt.map(
    (val) => adjoints.get(val) ?? refuse(`the loss does not depend on ${val.name} [${val.shape}]`),
  );
}

function seed(loss: Val): Val {
  const graph: Graph = loss.graph;
  return loss.rank === 0 ? graph.scalar(1) : graph.constant([1], loss.shape as readonly number[]);
}

/** Every float value that some value of `wrt` flows into. */
function dependents(nodes: readonly GraphNode[], wrt: readonly Val[]): Set<Val> {
  const depends = new Set<Val>(wrt);
  for (const node of nodes) {
    if (!node.inputs.some((input) => depends.has(input))) continue;
    for (const output of node.outputs) if (output.dtype === 'f32') depends.add(output);
  }
  return depends;
}

function backward(
  node: GraphNode,
  dys: readonly (Val | undefined)[],
  depends: ReadonlySet<Val>,
  adjoints: Map<Val, Val>,
): void {
  const { gradient } = operators[node.op]!;
  if (gradient === undefined)
    refuse(`${node.op} has no gradient and stands between the loss and its parameters`);
  const wants = node.inputs.map((input) => depends.has(input) && input.dtype === 'f32');
  const gradients = gradient(node, dys, wants);
  node.inputs.forEach((input, i) => {
    const dx = gradients[i];
    if (!wants[i] || dx === undefined) return;
    if (!sameShape(dx.shape, input.shape)) {
      refuse(`${node.op}: the gradient of ${input.name} is [${dx.shape}], expected [${input.shape}]`);
    }
    const known = adjoints.get(input);
    adjoints.set(input, known === undefined ? dx : add(known, dx));
  });
}
