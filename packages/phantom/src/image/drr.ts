// A digitally reconstructed radiograph of a rendered volume: parallel or cone beam, AP or lateral.
// The phantom has its own small projector on purpose: rooms of this floor share types only, and truth that tests another
// projector must not come from that projector.
import type { Image2d, Volume } from '@tomograph/imaging';
import type { Random } from '@tomograph/kernel';

/** Water at about 60 keV, per mm (NIST XCOM: 0.206 cm²/g). */
export const MU_WATER_PER_MM = 0.0206;

export interface DrrOptions {
  readonly view: 'AP' | 'LATERAL';
  /** Source to detector and source to patient centre, mm; absent = parallel. */
  readonly cone?: { readonly sourceToDetectorMm: number; readonly sourceToCentreMm: number };
  readonly width?: number;
  readonly height?: number;
}

export interface XrayLook {
  readonly gamma: number;
  /** Standard deviation of the noise in display units. */
  readonly noise: number;
  /** Share of the width and height that the collimator leaves. */
  readonly collimation: number;
}

export const plainLook: XrayLook = { gamma: 1.5, noise: 0, collimation: 1 };

/**
 * Line integrals of mu = muWater (1 + HU/1000), no unit. Row 0 is cranial; AP: column 0 is the patient's right; lateral:
 * column 0 is anterior. The volume must lie along the axes (all of this room's volumes do).
 */
export function projectVolume(volume: Volume, options: DrrOptions): Image2d {
  const [nx, ny, nz] = volume.size;
  const m = volume.affine as number[];
  const [sx, sy, sz] = [m[0]!, m[5]!, m[10]!];
  const ap = options.view === 'AP';
  const [across, deep, sAcross, sDeep] = ap ? [nx, ny, sx, sy] : [ny, nx, sy, sx];
  const width = options.width ?? across;
  const height = options.height ?? nz;
  const mu = attenuation(volume);
  const pixels = new Float32Array(width * height);
  const { cone } = options;
  const middle = (deep - 1) / 2;
  for (let row = 0; row < height; row++) {
    const v = ((height - 1) / 2 - row) * (nz / height);
    for (let column = 0; column < width; column++) {
      const u = (column - (width - 1) / 2) * (across / width);
      let sum = 0;
      for (let d = 0; d < deep; d++) {
        // AP: the source stands in front, rays spread towards the back
        const spread =
          cone === undefined ? 1 : (cone.sourceToCentreMm + (d - middle) * sDeep) / cone.sourceToCentreMm;
        const a = u * spread + (across - 1) / 2;
        const k = v * spread + (nz - 1) / 2;
        sum += bilinear(mu, nx, ny, nz, ap, a, d, k);
      }
      const slant =
        cone === undefined
          ? 1
          : Math.sqrt(1 + ((u * sAcross) ** 2 + (v * sz) ** 2) / cone.sourceToCentreMm ** 2);
      pixels[column + width * row] = sum * sDeep * slant;
    }
  }
  const magnified = cone === undefined ? 1 : cone.sourceToDetectorMm / cone.sourceToCentreMm;
  return {
    width,
    height,
    pixels,
    spacingMm: [((sAcross * across) / width) * magnified, ((sz * nz) / height) * magnified],
  };
}

/** What the film shows, 0..1, dense = bright: 1 - transmission on a log scale between the 1st and 99.5th percentile. */
export function displayXray(line: Image2d, look: XrayLook, random: Random): Image2d {
  const sorted = Float32Array.from(line.pixels).sort();
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
  const [low, high] = [at(0.01), at(0.995)];
  const r = random.fork('xray');
  const edge = (1 - look.collimation) / 2;
  const pixels = line.pixels.map((value, index) => {
    const u = ((index % line.width) + 0.5) / line.width;
    const v = (Math.floor(index / line.width) + 0.5) / line.height;
    const noise = look.noise > 0 ? r.normal(0, look.noise) : 0;
    if (u < edge || u > 1 - edge || v < edge || v > 1 - edge) return 0;
    const t = Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
    return Math.min(1, Math.max(0, t ** look.gamma + noise));
  });
  return { ...line, pixels };
}

function attenuation(volume: Volume): Float32Array {
  return Float32Array.from(volume.voxels, (hu) => Math.max(0, MU_WATER_PER_MM * (1 + hu / 1000)));
}

function bilinear(
  mu: Float32Array,
  nx: number,
  ny: number,
  nz: number,
  ap: boolean,
  a: number,
  d: number,
  k: number,
): number {
  const n = ap ? nx : ny;
  if (a < 0 || k < 0 || a > n - 1 || k > nz - 1) return 0;
  const a0 = Math.min(n - 2, Math.floor(a));
  const k0 = Math.min(nz - 2, Math.floor(k));
  const [fa, fk] = [a - a0, k - k0];
  const at = (i: number, z: number) => mu[ap ? i + nx * (d + ny * z) : d + nx * (i + ny * z)]!;
  const low = at(a0, k0) + (at(a0 + 1, k0) - at(a0, k0)) * fa;
  const high = at(a0, k0 + 1) + (at(a0 + 1, k0 + 1) - at(a0, k0 + 1)) * fa;
  return low + (high - low) * fk;
}
