// Resampling along one axis as a sparse matrix, and its application to a 3-D array, one axis after the other.
// Everything aligned (linear, box mean, nearest is not here) is three of these.

/** Row o of the matrix: output o = sum over t < counts[o] of weights[first[o] + t] * input[starts[o] + t]. */
export interface AxisOperator {
  readonly inputs: number;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly first: Int32Array;
  readonly weights: Float32Array;
}

/**
 * Output o sits at input position `offset + step * o`. Steps up to 1 interpolate linearly; longer ones take the
 * mean of the box that the output voxel covers, so nothing aliases. Positions outside clamp to the border voxel.
 */
export function axisOperator(inputs: number, outputs: number, offset: number, step: number): AxisOperator {
  const rows = Array.from({ length: outputs }, (_, o) =>
    step > 1 + 1e-9 ? boxRow(inputs, offset + step * o, step) : linearRow(inputs, offset + step * o),
  );
  const first = new Int32Array(outputs);
  let total = 0;
  rows.forEach((row, o) => {
    first[o] = total;
    total += row.weights.length;
  });
  return {
    inputs,
    starts: Int32Array.from(rows, (row) => row.start),
    counts: Int32Array.from(rows, (row) => row.weights.length),
    first,
    weights: Float32Array.from(rows.flatMap((row) => row.weights)),
  };
}

/** True when the operator copies its input. */
export function isIdentity(op: AxisOperator): boolean {
  return op.starts.length === op.inputs && op.starts.every((s, o) => s === o && op.counts[o] === 1);
}

/**
 * Applies the three operators to an array of `size`; the axis that shrinks most goes first.
 * @param floor values below are raised to it before anything is averaged (air under the scanner's padding)
 */
export function applyAxisOperators(
  voxels: ArrayLike<number>,
  size: readonly [number, number, number],
  operators: readonly [AxisOperator, AxisOperator, AxisOperator],
  floor = Number.NEGATIVE_INFINITY,
): Float32Array {
  const extents: number[] = [...size];
  const order = [0, 1, 2]
    .filter((axis) => !isIdentity(operators[axis]!))
    .sort((a, b) => ratio(operators[a]!) - ratio(operators[b]!) || a - b);
  let current = voxels;
  let low = floor;
  for (const axis of order) {
    const inner = extents.slice(0, axis).reduce((product, n) => product * n, 1);
    const outer = extents.slice(axis + 1).reduce((product, n) => product * n, 1);
    current =
      inner === 1
        ? alongRows(current, outer, operators[axis]!, low)
        : acrossRows(current, inner, outer, operators[axis]!, low);
    extents[axis] = operators[axis]!.starts.length;
    low = Number.NEGATIVE_INFINITY;
  }
  if (current !== voxels) return current as Float32Array;
  return Float32Array.from(voxels, (value) => Math.max(value, floor));
}

function alongRows(input: ArrayLike<number>, rows: number, op: AxisOperator, floor: number): Float32Array {
  const { inputs, starts, counts, first, weights } = op;
  const outputs = starts.length;
  const result = new Float32Array(rows * outputs);
  for (let row = 0, at = 0; row < rows; row++) {
    const base = row * inputs;
    for (let o = 0; o < outputs; o++) {
      let sum = 0;
      const from = base + starts[o]!;
      const w = first[o]!;
      for (let t = 0, n = counts[o]!; t < n; t++) {
        const value = input[from + t]!;
        sum += weights[w + t]! * Math.max(value, floor);
      }
      result[at++] = sum;
    }
  }
  return result;
}

function acrossRows(
  input: ArrayLike<number>,
  inner: number,
  outer: number,
  op: AxisOperator,
  floor: number,
): Float32Array {
  const { inputs, starts, counts, first, weights } = op;
  const outputs = starts.length;
  const result = new Float32Array(outer * outputs * inner);
  for (let block = 0; block < outer; block++) {
    for (let o = 0; o < outputs; o++) {
      const to = (block * outputs + o) * inner;
      for (let t = 0, n = counts[o]!; t < n; t++) {
        const from = (block * inputs + starts[o]! + t) * inner;
        const w = weights[first[o]! + t]!;
        for (let q = 0; q < inner; q++) {
          const value = input[from + q]!;
          result[to + q] = result[to + q]! + w * Math.max(value, floor);
        }
      }
    }
  }
  return result;
}

const ratio = (op: AxisOperator) => op.starts.length / op.inputs;

interface Row {
  readonly start: number;
  readonly weights: readonly number[];
}

function linearRow(inputs: number, position: number): Row {
  const p = Math.min(Math.max(position, 0), inputs - 1);
  const start = Math.min(Math.floor(p + 1e-6), inputs - 1); // 1e-6: an affine's round-off is no interpolation
  const fraction = p - start;
  return Math.abs(fraction) < 2e-6 ? { start, weights: [1] } : { start, weights: [1 - fraction, fraction] };
}

function boxRow(inputs: number, position: number, width: number): Row {
  const low = Math.max(position - width / 2, -0.5);
  const high = Math.min(position + width / 2, inputs - 0.5);
  if (high - low < 1e-6) return { start: position < 0 ? 0 : inputs - 1, weights: [1] };
  const start = Math.max(0, Math.floor(low + 0.5 + 1e-6));
  const end = Math.min(inputs - 1, Math.ceil(high - 0.5 - 1e-6));
  const weights: number[] = [];
  for (let i = start; i <= end; i++) {
    weights.push(Math.max(0, Math.min(i + 0.5, high) - Math.max(i - 0.5, low)));
  }
  const total = weights.reduce((sum, w) => sum + w, 0);
  return { start, weights: weights.map((w) => w / total) };
}
