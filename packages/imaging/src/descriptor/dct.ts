// Low-frequency two-dimensional cosine transform (DCT-II, orthonormal) of a small square image.

/** (horizontal, vertical) frequency in half periods per side. */
export type Frequency = readonly [number, number];

/** The `count` lowest frequencies but the constant, by u² + v², ties by v then u. */
export function lowestFrequencies(count: number): readonly Frequency[] {
  const side = Math.ceil(2 * Math.sqrt(count)) + 2;
  const all: Frequency[] = [];
  for (let v = 0; v < side; v++) for (let u = 0; u < side; u++) if (u + v > 0) all.push([u, v]);
  const radius = ([u, v]: Frequency) => u * u + v * v;
  return all.sort((a, b) => radius(a) - radius(b) || a[1] - b[1] || a[0] - b[0]).slice(0, count);
}

/** Coefficients of a side x side image (row-major) at the given frequencies. */
export function cosineTransform(pixels: Float32Array, side: number, at: readonly Frequency[]): Float32Array {
  const rows = at.reduce((most, [u]) => Math.max(most, u), 0) + 1;
  const columns = at.reduce((most, [, v]) => Math.max(most, v), 0) + 1;
  const basis = cosineBasis(Math.max(rows, columns), side);
  const horizontal = new Float64Array(rows * side); // [u, y]
  for (let u = 0; u < rows; u++) {
    for (let y = 0; y < side; y++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += pixels[y * side + x]! * basis[u * side + x]!;
      horizontal[u * side + y] = sum;
    }
  }
  return Float32Array.from(at, ([u, v]) => {
    let sum = 0;
    for (let y = 0; y < side; y++) sum += horizontal[u * side + y]! * basis[v * side + y]!;
    return sum;
  });
}

function cosineBasis(count: number, side: number): Float64Array {
  const basis = new Float64Array(count * side);
  for (let u = 0; u < count; u++) {
    const scale = Math.sqrt((u === 0 ? 1 : 2) / side);
    for (let x = 0; x < side; x++) basis[u * side + x] = scale * Math.cos((Math.PI * u * (x + 0.5)) / side);
  }
  return basis;
}
