// Connected components on binary arrays, for finding the body. Not a general morphology library.

/**
 * The body in one axial slice, written to `into` as 0 / 1. `hu` is row-major, width x height.
 * Opening by a 3 x 3 cross cuts the couch where it touches the back; the kept parts then grow back inside the
 * threshold, and what cannot be reached from the slice's border is filled.
 */
export function sliceBody(
  hu: Float32Array,
  width: number,
  height: number,
  thresholdHu: number,
  into: Uint8Array,
): void {
  const dense = Uint8Array.from(hu, (value) => (value > thresholdHu ? 1 : 0));
  into.set(erode(dense, width, height));
  largeComponents(into, [width, height, 1], 0.4);
  for (let pass = 0; pass < 2; pass++) growInside(into, dense, width, height);
  fillHoles(into, width, height);
}

/** Keeps the components (face neighbours) with at least `fraction` of the largest one's voxels, in place. */
export function largeComponents(
  mask: Uint8Array,
  [nx, ny, nz]: readonly [number, number, number],
  fraction: number,
): void {
  const labels = new Int32Array(mask.length);
  const sizes: number[] = [0];
  const stack = new Int32Array(mask.length);
  const plane = nx * ny;
  for (let seed = 0; seed < mask.length; seed++) {
    if (!mask[seed] || labels[seed]) continue;
    const label = sizes.length;
    let top = 0;
    let count = 0;
    stack[top++] = seed;
    labels[seed] = label;
    const visit = (at: number) => {
      if (mask[at] && !labels[at]) {
        labels[at] = label;
        stack[top++] = at;
      }
    };
    while (top > 0) {
      const at = stack[--top]!;
      count++;
      const x = at % nx;
      const y = Math.floor(at / nx) % ny;
      if (x > 0) visit(at - 1);
      if (x < nx - 1) visit(at + 1);
      if (y > 0) visit(at - nx);
      if (y < ny - 1) visit(at + nx);
      if (nz > 1) {
        if (at >= plane) visit(at - plane);
        if (at < mask.length - plane) visit(at + plane);
      }
    }
    sizes.push(count);
  }
  const least = fraction * sizes.reduce((best, n) => Math.max(best, n), 0);
  for (let at = 0; at < mask.length; at++) mask[at] = sizes[labels[at]!]! >= least && labels[at] ? 1 : 0;
}

/** Cross-shaped erosion; pixels at the border of the picture count their missing neighbours as body. */
function erode(mask: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(mask.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      out[at] =
        mask[at] &&
        (x === 0 || mask[at - 1]) &&
        (x === width - 1 || mask[at + 1]) &&
        (y === 0 || mask[at - width]) &&
        (y === height - 1 || mask[at + width])
          ? 1
          : 0;
    }
  }
  return out;
}

function growInside(mask: Uint8Array, limit: Uint8Array, width: number, height: number): void {
  const before = mask.slice();
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (before[at] || !limit[at]) continue;
      const isTouched =
        (x > 0 && before[at - 1]) ||
        (x < width - 1 && before[at + 1]) ||
        (y > 0 && before[at - width]) ||
        (y < height - 1 && before[at + width]);
      if (isTouched) mask[at] = 1;
    }
  }
}

function fillHoles(mask: Uint8Array, width: number, height: number): void {
  const isOutside = new Uint8Array(mask.length);
  const stack = new Int32Array(mask.length);
  let top = 0;
  const visit = (at: number) => {
    if (!mask[at] && !isOutside[at]) {
      isOutside[at] = 1;
      stack[top++] = at;
    }
  };
  for (let x = 0; x < width; x++) {
    visit(x);
    visit(mask.length - 1 - x);
  }
  for (let y = 0; y < height; y++) {
    visit(y * width);
    visit(y * width + width - 1);
  }
  while (top > 0) {
    const at = stack[--top]!;
    const x = at % width;
    if (x > 0) visit(at - 1);
    if (x < width - 1) visit(at + 1);
    if (at >= width) visit(at - width);
    if (at < mask.length - width) visit(at + width);
  }
  for (let at = 0; at < mask.length; at++) mask[at] = isOutside[at] ? 0 : 1;
}
