// Numbers that a radiologist would read off: size, shape, edge, density and surroundings of the nodule in its slab.
// From HU and the network's own mask only. They enter the network as one token; z-scores are the caller's.
import { axialDiameterMm, type Component } from './component.js';
import type { PareConfig } from './pare-config.js';
import { outlineOf, partialVolume } from './shape-measures.js';

export const measureNames = [
  'logAreaDiameter',
  'logLongest',
  'logShortest',
  'logSlabVolume',
  'elongation',
  'roughness',
  'hu05',
  'hu25',
  'hu50',
  'hu75',
  'hu95',
  'huMean',
  'huSd',
  'coreMean',
  'coreSd',
  'smoothMax',
  'above130',
  'above200',
  'below300',
  'below500',
  'rimMean',
  'rimSd',
  'rimDense',
  'aroundMean',
  'aroundSd',
  'aroundDense',
  'edgeMean',
  'edgeSd',
  'areaLoss',
  'logInscribed',
  'logPartialArea',
  'logPartialVolume',
  'solidity',
  'radialSpread',
  'denseArc',
  'rim25',
  'rim50',
  'rim75',
  'logParsedArea',
  'logParsedVolume',
  'found',
] as const;

/**
 * @param hu the slab, @param component of it; undefined where no nodule was found: every measure is then 0
 * @param parsed the nodule as the network parsed it, before it was ended at half height
 */
export function measure(
  hu: Float32Array,
  component: Component | undefined,
  config: PareConfig,
  parsed: Component | undefined = component,
): Float32Array {
  const out = new Float32Array(measureNames.length);
  if (component === undefined) return out;
  const [pz, py, px] = config.patch;
  const [sz, sy, sx] = config.spacingMm;
  const { mask, widest } = component;
  const plane = py * px;
  const flat = mask.subarray(widest * plane, (widest + 1) * plane);
  const image = hu.subarray(widest * plane, (widest + 1) * plane);
  const distance = chamfer(flat, py, px); // steps from the boundary: > 0 inside, < 0 outside
  const area = flat.reduce((n, value) => n + value, 0);
  const { longestMm, shortestMm } = axialDiameterMm(mask, widest, config.patch, [sy, sx]);
  const pick = (keep: (n: number) => boolean): number[] => {
    const found: number[] = [];
    for (let n = 0; n < plane; n++) if (keep(n)) found.push(image[n]!);
    return found;
  };
  const inside: number[] = [];
  for (let n = 0; n < mask.length; n++) if (mask[n] === 1) inside.push(hu[n]!);
  const core = pick((n) => distance[n]! >= 2);
  const smooth = smoothed(image, py, px);
  const gradient = gradientOf(smooth, py, px);
  const edge: number[] = [];
  for (let n = 0; n < plane; n++) if (Math.abs(distance[n]!) <= 1) edge.push(gradient[n]! / sx / 100);
  let top = -1000;
  for (let n = 0; n < plane; n++) if (flat[n] === 1) top = Math.max(top, smooth[n]!);
  const rim = pick((n) => distance[n]! <= -1 && distance[n]! >= -3);
  const around = pick((n) => distance[n]! <= -4 && distance[n]! >= -9);
  const boundary = distance.reduce((count, d) => count + (d === 1 ? 1 : 0), 0);
  const quantileOf = (values: readonly number[]): ((q: number) => number) => {
    const sorted = Float64Array.from(values).sort();
    return (q) => (sorted[Math.floor(q * (sorted.length - 1))] ?? 0) / 100;
  };
  const quantile = quantileOf(inside);
  const rimQuantile = quantileOf(rim);
  const share = (values: readonly number[], keep: (v: number) => boolean): number =>
    values.length === 0 ? 0 : values.filter(keep).length / values.length;
  const areas = Array.from({ length: pz }, (_, z) =>
    mask.subarray(z * plane, (z + 1) * plane).reduce((n, value) => n + value, 0),
  );
  const [insideMean, insideSd] = moments(inside);
  const [coreMean, coreSd] = moments(core.length > 3 ? core : inside);
  const [rimMean, rimSd] = moments(rim);
  const [aroundMean, aroundSd] = moments(around);
  const [edgeMean, edgeSd] = moments(edge);
  const [logArea, logVolume] = sizesOf(component, config);
  const outline = outlineOf(flat, image, distance, [py, px]);
  const partialArea = partialVolume(image, (n) => distance[n]! >= -marginPixels, 100 * quantile(0.75));
  const partial = partialVolume(hu, (n) => nearInSlice(mask, n, py, px), 100 * quantile(0.75));
  out.set([
    logArea,
    Math.log(longestMm),
    Math.log(shortestMm),
    logVolume,
    shortestMm / longestMm,
    (boundary * boundary) / area,
    quantile(0.05),
    quantile(0.25),
    quantile(0.5),
    quantile(0.75),
    quantile(0.95),
    insideMean / 100,
    insideSd / 100,
    coreMean / 100,
    coreSd / 100,
    top / 100,
    share(inside, (v) => v > 130),
    share(inside, (v) => v > 200),
    share(inside, (v) => v < -300),
    share(inside, (v) => v < -500),
    rimMean / 100,
    rimSd / 100,
    share(rim, (v) => v > -500),
    aroundMean / 100,
    aroundSd / 100,
    share(around, (v) => v > -500),
    edgeMean,
    edgeSd,
    Math.min(areas[0]!, areas[pz - 1]!) / area,
    Math.log(2 * outline.inscribed * sx),
    Math.log(1 + 2 * Math.sqrt((partialArea * sy * sx) / Math.PI)),
    Math.log(1 + partial * sz * sy * sx) / 3,
    outline.solidity,
    outline.radialSpread,
    outline.denseArc,
    rimQuantile(0.25),
    rimQuantile(0.5),
    rimQuantile(0.75),
    ...sizesOf(parsed ?? component, config),
    1,
  ]);
  return out;
}

/** Logarithms of the diameters of a circle and, less a constant, of a ball. */
function sizesOf(
  { mask, widest, voxels }: Component,
  { patch: [, py, px], spacingMm: [sz, sy, sx] }: PareConfig,
): [number, number] {
  const area = mask.subarray(widest * py * px, (widest + 1) * py * px).reduce((n, value) => n + value, 0);
  return [Math.log(2 * Math.sqrt((area * sy * sx) / Math.PI)), Math.log(voxels * sz * sy * sx) / 3];
}

/** Pixels outside the mask that may still hold a part of the nodule. */
const marginPixels = 1;

/** In the mask or beside it in the same slice. */
function nearInSlice(mask: Uint8Array, n: number, py: number, px: number): boolean {
  const [x, y] = [n % px, Math.floor(n / px) % py];
  return (
    mask[n] === 1 ||
    (x > 0 && mask[n - 1] === 1) ||
    (x + 1 < px && mask[n + 1] === 1) ||
    (y > 0 && mask[n - px] === 1) ||
    (y + 1 < py && mask[n + px] === 1)
  );
}

function moments(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 0];
  const mean = values.reduce((a, v) => a + v, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((a, v) => a + (v - mean) ** 2, 0) / values.length)];
}

/** City-block steps to the boundary: 1 for the outermost inner pixel, -1 for the first outer one; capped at ±10. */
function chamfer(flat: Uint8Array, height: number, width: number): Int8Array {
  const out = new Int8Array(flat.length);
  let front: number[] = [];
  const neighbours = (n: number): number[] => {
    const [x, y] = [n % width, Math.floor(n / width)];
    const found: number[] = [];
    if (x > 0) found.push(n - 1);
    if (x + 1 < width) found.push(n + 1);
    if (y > 0) found.push(n - width);
    if (y + 1 < height) found.push(n + width);
    return found;
  };
  for (let n = 0; n < flat.length; n++) {
    if (neighbours(n).some((m) => flat[m] !== flat[n])) {
      out[n] = flat[n] === 1 ? 1 : -1;
      front.push(n);
    }
  }
  for (let step = 2; step <= 10 && front.length > 0; step++) {
    const next: number[] = [];
    for (const n of front)
      for (const m of neighbours(n)) {
        if (out[m] !== 0) continue;
        out[m] = flat[m] === 1 ? step : -step;
        next.push(m);
      }
    front = next;
  }
  for (let n = 0; n < out.length; n++) if (out[n] === 0) out[n] = flat[n] === 1 ? 11 : -11;
  return out;
}

function smoothed(image: Float32Array, height: number, width: number): Float32Array {
  const pass = (
    source: Float32Array,
    stride: number,
    count: number,
    at: (n: number) => number,
  ): Float32Array => {
    const out = new Float32Array(source.length);
    for (let n = 0; n < source.length; n++) {
      const p = at(n);
      const before = p > 0 ? source[n - stride]! : source[n]!;
      const after = p + 1 < count ? source[n + stride]! : source[n]!;
      out[n] = (before + 2 * source[n]! + after) / 4;
    }
    return out;
  };
  const rows = pass(image, 1, width, (n) => n % width);
  return pass(rows, width, height, (n) => Math.floor(n / width));
}

function gradientOf(image: Float32Array, height: number, width: number): Float32Array {
  const out = new Float32Array(image.length);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const n = y * width + x;
      out[n] = Math.hypot(image[n + 1]! - image[n - 1]!, image[n + width]! - image[n - width]!) / 2;
    }
  return out;
}
