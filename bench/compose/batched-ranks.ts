// Several adapters of different ranks as one batched tensor pass, against one run each: the network that such a pass would need.
// Ranks are padded to the largest with zeros, A and B stacked per row of the batch. For the decision, not for serving.
import {
  type Adapter,
  FrozenParams,
  f32,
  Graph,
  type LoraLayer,
  type LoraScope,
  ops,
  type PvtBase,
  packAdapter,
  packedWidth,
  pvt,
  type TensorData,
  type Val,
} from '@tomograph/models';

type Linear = Parameters<LoraScope['apply']>[2];

/** `lora` [batch, rank, Σ (in + out)]: row n of the batch has factors n. */
class BatchedLora implements LoraScope {
  private readonly parts: Val[] = [];

  constructor(
    private readonly graph: Graph,
    private readonly batch: number,
  ) {}

  /** x [batch·tokens, in], rows of one patch together -> [batch·tokens, out] */
  apply(layer: LoraLayer, x: Val, { weight, bias }: Linear): Val {
    const a = this.graph.input(`lora.${layer.name}.A`, 'f32', [this.batch, 'rank', layer.in]);
    const b = this.graph.input(`lora.${layer.name}.B`, 'f32', [this.batch, 'rank', layer.out]);
    this.parts.push(a, b);
    const rows = x.shape[0] as number;
    const each = ops.reshape(x, [this.batch, rows / this.batch, layer.in]);
    const delta = ops.matmul(ops.matmul(each, ops.transpose(a, [0, 2, 1])), b);
    return ops.add(ops.gemm(x, weight, bias), ops.reshape(delta, [rows, layer.out]));
  }

  seal(): void {
    this.graph.packInputs('lora', this.parts, 2);
  }
}

/** x [batch, d, h, w], lora, head.weight [batch, features, classes], head.bias [batch, 1, classes] -> probabilities [batch, voxels, classes]. */
export function batchedNetwork(base: Pick<PvtBase, 'config' | 'weights'>, batch: number): Uint8Array {
  const graph = new Graph('pvt-batched');
  const lora = new BatchedLora(graph, batch);
  const { config, weights } = base;
  const x = graph.input('x', 'f32', [batch, ...config.size]);
  const { full } = pvt(x, config, new FrozenParams(graph, weights), lora);
  lora.seal();
  const weight = graph.input('head.weight', 'f32', [batch, config.features, 'classes']);
  const bias = graph.input('head.bias', 'f32', [batch, 1, 'classes']);
  const each = ops.reshape(full, [batch, (full.shape[0] as number) / batch, config.features]);
  graph.output('probabilities', ops.softmax(ops.add(ops.matmul(each, weight), bias)));
  return graph.encode();
}

/** Feeds of one batched pass. @param adapters one per row, all with as many classes */
export function batchedFeeds(
  layout: readonly LoraLayer[],
  adapters: readonly Pick<Adapter, 'factors' | 'head'>[],
): Record<'lora' | 'head.weight' | 'head.bias', TensorData> {
  const packed = adapters.map(({ factors }) => packAdapter(layout, factors));
  const rank = Math.max(...packed.map(({ shape }) => shape[0]!));
  const width = packedWidth(layout);
  const lora = new Float32Array(adapters.length * rank * width); // smaller ranks end in zeros
  packed.forEach(({ data }, n) => {
    lora.set(data as Float32Array, n * rank * width);
  });
  const classes = adapters[0]!.head.classes.length;
  const features = adapters[0]!.head.weight.length / classes;
  const weight = new Float32Array(adapters.length * features * classes);
  const bias = new Float32Array(adapters.length * classes);
  adapters.forEach(({ head }, n) => {
    weight.set(head.weight, n * features * classes);
    bias.set(head.bias, n * classes);
  });
  return {
    lora: f32(lora, [adapters.length, rank, width]),
    'head.weight': f32(weight, [adapters.length, features, classes]),
    'head.bias': f32(bias, [adapters.length, 1, classes]),
  };
}
