// Shape and size of one axial cross-section that hold up where a mask is a little off: inscribed circle, hull, radii,
// partial volume. Plain numbers of pixels; measures.ts says what they mean to a radiologist.

type Extent = readonly [height: number, width: number];

export interface Outline {
  /** Radius of the largest circle that fits in, pixels: vessels that hang on do not change it. */
  readonly inscribed: number;
  /** Area over the area of the convex hull: 1 without bays. */
  readonly solidity: number;
  /** Standard deviation of the distance from the middle to the edge, over its mean. */
  readonly radialSpread: number;
  /** Longest arc of the surroundings that is denser than lung, of the full circle: pleura gives one, vessels several. */
  readonly denseArc: number;
}

/** @param flat 1 inside, not empty; @param image HU; @param distance steps from the boundary, see measures.ts */
export function outlineOf(
  flat: Uint8Array,
  image: Float32Array,
  distance: Int8Array,
  [, width]: Extent,
): Outline {
  const inner: [number, number][] = [];
  const edge: [number, number][] = [];
  const outer: [number, number][] = [];
  let [sumX, sumY] = [0, 0];
  for (let n = 0; n < flat.length; n++) {
    const at: [number, number] = [n % width, Math.floor(n / width)];
    if (flat[n] === 1) {
      inner.push(at);
      sumX += at[0];
      sumY += at[1];
    }
    if (distance[n] === 1) edge.push(at);
    if (distance[n] === -1) outer.push(at);
  }
  const middle = [sumX / inner.length, sumY / inner.length] as const;
  const radii = (edge.length > 0 ? edge : inner).map(([x, y]) => Math.hypot(x - middle[0], y - middle[1]));
  const mean = radii.reduce((a, r) => a + r, 0) / radii.length + 0.5;
  const spread = Math.sqrt(radii.reduce((a, r) => a + (r + 0.5 - mean) ** 2, 0) / radii.length);
  return {
    inscribed: inscribed(inner, outer),
    solidity: inner.length / hullArea(inner),
    radialSpread: spread / mean,
    denseArc: denseArc(image, distance, middle, width),
  };
}

function inscribed(inner: readonly [number, number][], outer: readonly [number, number][]): number {
  let best = 0.25;
  for (const [x, y] of inner) {
    let nearest = Number.POSITIVE_INFINITY;
    for (const [u, v] of outer) nearest = Math.min(nearest, (x - u) ** 2 + (y - v) ** 2);
    if (Number.isFinite(nearest)) best = Math.max(best, nearest);
  }
  return outer.length === 0 ? Math.sqrt(inner.length / Math.PI) : Math.sqrt(best) - 0.25;
}

/** Of the pixels' corners, by the monotone chain. */
function hullArea(pixels: readonly [number, number][]): number {
  const corners = pixels
    .flatMap(([x, y]): [number, number][] => [
      [x, y],
      [x + 1, y],
      [x, y + 1],
      [x + 1, y + 1],
    ])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const chain = (points: readonly [number, number][]): [number, number][] => {
    const kept: [number, number][] = [];
    for (const p of points) {
      while (kept.length > 1) {
        const [a, b] = [kept.at(-2)!, kept.at(-1)!];
        if ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0) break;
        kept.pop();
      }
      kept.push(p);
    }
    return kept.slice(0, -1);
  };
  const hull = [...chain(corners), ...chain([...corners].reverse())];
  const twice = hull.reduce((sum, [x, y], i) => {
    const [u, v] = hull[(i + 1) % hull.length]!;
    return sum + x * v - u * y;
  }, 0);
  return twice / 2;
}

const sectors = 24;
const lungBelowHu = -500;

function denseArc(
  image: Float32Array,
  distance: Int8Array,
  [mx, my]: readonly [number, number],
  width: number,
): number {
  const dense = new Float64Array(sectors);
  const all = new Float64Array(sectors);
  for (let n = 0; n < image.length; n++) {
    if (distance[n]! > -2 || distance[n]! < -4) continue;
    const turn = Math.atan2(Math.floor(n / width) - my, (n % width) - mx) / (2 * Math.PI) + 0.5;
    const sector = Math.min(sectors - 1, Math.floor(turn * sectors));
    all[sector]! += 1;
    if (image[n]! > lungBelowHu) dense[sector]! += 1;
  }
  let [run, best] = [0, 0];
  for (let i = 0; i < 2 * sectors; i++) {
    const s = i % sectors;
    run = all[s]! > 0 && dense[s]! > all[s]! / 2 ? run + 1 : 0;
    best = Math.max(best, Math.min(run, sectors));
  }
  return best / sectors;
}

/**
 * Sum over pixels of how much of each is nodule: 0 at the HU of lung, 1 at the HU of its core.
 * @param near pixels that may belong to it: a mask and a margin
 */
export function partialVolume(image: Float32Array, near: (n: number) => boolean, coreHu: number): number {
  const lungHu = -850;
  const span = Math.max(coreHu - lungHu, 100);
  let sum = 0;
  for (let n = 0; n < image.length; n++)
    if (near(n)) sum += Math.min(Math.max((image[n]! - lungHu) / span, 0), 1);
  return sum;
}
