// projection-descriptor@1: CT and X-ray in one space without anything learned, the baseline for what is learned.
// AP coefficients fill the first half of a vector and lateral ones the second, so vectors of different views have
// cosine 0 and one space holds both; `joinViews` makes the one vector of a CT or of a pair of X-rays.
import { AppError, canonicalJson, type Sha256, sha256, type XrayView } from '@tomograph/kernel';
import { attenuation, projectDensity } from '../project/drr.js';
import { cropToBody } from '../resample/body.js';
import { shrinkToSpacing } from '../resample/resample.js';
import type { Image2d, Volume } from '../volume.js';
import { cosineTransform, lowestFrequencies } from './dct.js';
import { assertDescribable, bodyBox, rankNormalise, stretchToSquare } from './frame.js';

export type DescribedView = 'AP' | 'LATERAL';

export interface Described {
  readonly view: DescribedView;
  /** Unit length, `projectionDescriptor.width` numbers, zero outside the view's half. */
  readonly vector: Float32Array;
}

const preprocessing = {
  projection: { beam: 'parallel', voxelMm: 3, pixelMm: 3 },
  /** A CT's vector is the mean over these poses: it then forgives small turns and sizes of the patient. */
  poses: [
    {},
    { rotationDegrees: [3, 0, 0] },
    { rotationDegrees: [-3, 0, 0] },
    { rotationDegrees: [0, 3, 0] },
    { rotationDegrees: [0, -3, 0] },
    { rotationDegrees: [0, 0, 3] },
    { rotationDegrees: [0, 0, -3] },
    { scale: 0.93 },
    { scale: 1.07 },
  ],
  frame: { threshold: 0.2, coverage: 0.5, side: 32 },
  contrast: 'rank',
  coefficientsPerView: 128,
  /** Coefficients are weighed by (u² + v²)^(exponent / 2): what all bodies share lies in the lowest ones. */
  exponent: 1,
} as const;

const identity = {
  name: 'projection-descriptor',
  version: 1,
  width: 2 * preprocessing.coefficientsPerView,
  metric: 'cosine',
  preprocessing,
} as const;

/** The space's identity: vectors may be compared only where `digest` is equal. */
export const projectionDescriptor: typeof identity & { readonly digest: Sha256 } = {
  ...identity,
  digest: sha256(canonicalJson(identity)),
};

/**
 * AP and lateral vectors of a CT in HU, any orientation.
 * @throws AppError INVALID_ARGUMENT (no body in it), GEOMETRY_UNSUPPORTED
 */
export function describeVolume(volume: Volume): Described[] {
  const { beam, voxelMm, pixelMm } = preprocessing.projection;
  const small = shrinkToSpacing(volume, voxelMm, -1024);
  const body = cropToBody({ ...small, voxels: Int16Array.from(small.voxels, Math.round) });
  const density = attenuation(body, voxelMm);
  return (['AP', 'LATERAL'] as const).map((view) => {
    const mean = new Float32Array(projectionDescriptor.width);
    for (const pose of preprocessing.poses) {
      const image = projectDensity(density, { view, beam: { kind: beam }, pixelMm, pose });
      addTo(mean, describe(image, view).vector);
    }
    return { view, vector: toUnit(mean) };
  });
}

/**
 * The vector of one X-ray, bone bright, patient's right (lateral: anterior) at the left. PA films are described
 * as AP, and so are films whose view is not known, because most are.
 * @throws AppError INVALID_ARGUMENT for an image that is constant, too small or not finite
 */
export function describeXray(image: Image2d, view: XrayView): Described[] {
  return [describe(image, view === 'LATERAL' ? 'LATERAL' : 'AP')];
}

/** One unit vector of several views: the sum of at most one vector per view. A case is stored view by view instead, so that films and CTs meet at full strength. */
export function joinViews(described: readonly Described[]): Float32Array {
  if (described.length === 0 || new Set(described.map(({ view }) => view)).size !== described.length) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `views are joined from at most one vector each, got [${described.map(({ view }) => view).join(', ')}]`,
    });
  }
  const joined = new Float32Array(projectionDescriptor.width);
  for (const { vector } of described) addTo(joined, vector);
  return toUnit(joined);
}

const frequencies = lowestFrequencies(preprocessing.coefficientsPerView);
const weights = frequencies.map(([u, v]) => (u * u + v * v) ** (preprocessing.exponent / 2));

function describe(image: Image2d, view: DescribedView): Described {
  assertDescribable(image);
  const { threshold, coverage, side } = preprocessing.frame;
  const square = stretchToSquare(image, bodyBox(image, threshold, coverage), side);
  const coefficients = cosineTransform(rankNormalise(square), side, frequencies);
  const vector = new Float32Array(projectionDescriptor.width);
  const half = view === 'AP' ? 0 : preprocessing.coefficientsPerView;
  coefficients.forEach((value, at) => {
    vector[half + at] = value * weights[at]!;
  });
  return { view, vector: toUnit(vector) };
}

function addTo(sum: Float32Array, vector: Float32Array): void {
  for (let at = 0; at < sum.length; at++) sum[at] = sum[at]! + vector[at]!;
}

function toUnit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  if (length > 1e-6) return vector.map((value) => value / length);
  throw new AppError('INVALID_ARGUMENT', {
    message: 'the X-ray shows nothing but one grey inside the body frame, so there is nothing to compare',
  });
}
