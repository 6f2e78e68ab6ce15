// Low-rank factors beside the layers of a frozen network: y = x·W + b + (x·Aᵀ)·(s·B), as Gemm that accumulates.
// Serving accumulates from the factors: at rank 0 what they hand on is the bias itself, so that the layer computes, bit
// for bit and at the same cost, what the plain layer does. The other order copies every layer's output once at rank 0.
// Source: LoRA (Hu et al. 2021); which layers carry factors: six-systems §1.3.
import type { Graph, Val } from '../graph/graph.js';
import { type FlatParams, scaled, zeros } from '../graph/params.js';
import { add, firstRows, gemm, mul, shapeOf, slice } from '../ops/build.js';
import type { LinearWeights } from '../ops/layers.js';

/** patch: encoder and decoder patch embeddings; qv: query and value projections; ffn: both feed-forward layers. */
export type LoraType = 'patch' | 'qv' | 'ffn';
export const loraTypes: readonly LoraType[] = ['patch', 'qv', 'ffn'];

export interface LoraLayer {
  /** Name of the module in the graph, such as `encoder.0.blocks.1.attn.q`. */
  readonly name: string;
  readonly type: LoraType;
  readonly in: number;
  readonly out: number;
}

/** What a network calls at every layer that may carry factors: x [m, in] -> [m, out]. */
export interface LoraScope {
  apply(layer: LoraLayer, x: Val, linear: LinearWeights): Val;
}

/** Factors as one graph input `lora` [rank, Σ (in + out)]: the rank is free, 0 is the base. Call `seal` at the end. */
export class PackedLora implements LoraScope {
  readonly layout: LoraLayer[] = [];
  private readonly parts: Val[] = [];
  private rows: Val | undefined;

  constructor(private readonly graph: Graph) {}

  apply(layer: LoraLayer, x: Val, { weight, bias }: LinearWeights): Val {
    const a = this.graph.input(`lora.${layer.name}.A`, 'f32', ['rank', layer.in]);
    const b = this.graph.input(`lora.${layer.name}.B`, 'f32', ['rank', layer.out]);
    this.layout.push(layer);
    this.parts.push(a, b);
    this.rows ??= this.rowsOfDelta(a);
    const delta = gemm(firstRows(gemm(x, a, undefined, { transB: true }), this.rows), b, bias);
    return gemm(x, weight, delta);
  }

  /** 1 at rank 0: the delta is then one row, the bias. At any other rank more than there are rows: all of them. */
  private rowsOfDelta(a: Val): Val {
    const rank = slice(shapeOf(a), [{ axis: 0, start: 0, end: 1 }]);
    return add(mul(rank, this.graph.int64([2 ** 31 - 1])), this.graph.int64([1]));
  }

  seal(): void {
    this.graph.packInputs('lora', this.parts, 1);
  }
}

/** Rank per layer type; a type that is left out carries no factors. */
export type LoraRanks = Readonly<Partial<Record<LoraType, number>>>;
export const uniformRank = (rank: number): LoraRanks => ({ patch: rank, qv: rank, ffn: rank });

/** Factors as trained parameters `lora.<module>.A` [r, in] (normal, variance 1/in) and `.B` [r, out] (zero). */
export class TrainableLora implements LoraScope {
  readonly layers: LoraLayer[] = [];

  /** @param scale alpha / r */
  constructor(
    private readonly params: FlatParams,
    private readonly ranks: LoraRanks,
    private readonly scale = 1,
  ) {}

  apply(layer: LoraLayer, x: Val, { weight, bias }: LinearWeights): Val {
    const y = gemm(x, weight, bias);
    const rank = this.ranks[layer.type] ?? 0;
    if (rank === 0) return y;
    this.layers.push(layer);
    const a = this.params.get(`lora.${layer.name}.A`, [rank, layer.in], scaled(layer.in));
    const b = this.params.get(`lora.${layer.name}.B`, [rank, layer.out], zeros);
    return gemm(gemm(x, a, undefined, { transB: true }), this.scale === 1 ? b : mul(b, this.scale), y);
  }
}
