// How much a pair of factors changes its layer, without forming the product: ‖B·A‖² = Σ (A·Aᵀ)∘(Bᵀ·B).
import type { AdapterFactors } from './adapter.js';

/** Below this share of ‖B‖·‖A‖ the product is rounding: the factors change nothing. */
const noise = 1e-7;

/** Frobenius norm of scale·B·A; 0 when the product vanishes, also by cancelling. */
export function effectNorm({ rank, scale, a, b }: AdapterFactors): number {
  const gramA = gram(a, rank);
  const gramB = gram(b, rank);
  let squared = 0;
  let traceA = 0;
  let traceB = 0;
  for (let i = 0; i < rank; i++) {
    traceA += gramA[i * rank + i]!;
    traceB += gramB[i * rank + i]!;
    for (let j = 0; j < rank; j++) squared += gramA[i * rank + j]! * gramB[i * rank + j]!;
  }
  if (squared <= noise * noise * traceA * traceB) return 0;
  return scale * Math.sqrt(squared);
}

/** Rows [rank, n] -> [rank, rank] of their products. */
function gram(rows: Float32Array, rank: number): Float64Array {
  const n = rows.length / rank;
  const out = new Float64Array(rank * rank);
  for (let i = 0; i < rank; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += rows[i * n + k]! * rows[j * n + k]!;
      out[i * rank + j] = sum;
      out[j * rank + i] = sum;
    }
  }
  return out;
}
