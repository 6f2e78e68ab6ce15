import { AppError, canonicalJson, isSha256, Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { affineFrom, applyAffine } from '../geometry/affine.js';
import { reorient } from '../geometry/reorient.js';
import { renderDrr } from '../project/drr.js';
import type { Image2d, Vec3, Volume } from '../volume.js';
import { cosineTransform, lowestFrequencies } from './dct.js';
import { bodyBox, rankNormalise, stretchToSquare } from './frame.js';
import {
  type Described,
  describeVolume,
  describeXray,
  joinViews,
  projectionDescriptor,
} from './projection-descriptor.js';

const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const half = projectionDescriptor.width / 2;

/** A trunk with two lungs, a heart and a spine whose sizes hang on the seed. */
function body(seed: number): Volume {
  const random = new Random(seed);
  const near = (value: number) => value * random.uniform(0.8, 1.2);
  const [rx, ry, lung, heart, spine] = [near(150), near(100), near(55), near(50), near(70)];
  const size: Vec3 = [80, 56, 60];
  const affine = affineFrom([5, 5, 5], [-197.5, -137.5, -147.5]);
  const voxels = new Int16Array(size[0] * size[1] * size[2]);
  const inside = (p: Vec3, c: Vec3, r: Vec3) =>
    p.reduce((sum, x, a) => sum + ((x - c[a]!) / r[a]!) ** 2, 0) < 1;
  for (let at = 0; at < voxels.length; at++) {
    const p = applyAffine(affine, [at % 80, Math.floor(at / 80) % 56, Math.floor(at / 80 / 56)]);
    const isTrunk = (p[0] / rx) ** 2 + (p[1] / ry) ** 2 < 1;
    const isLung = [-1, 1].some((side) => inside(p, [side * 70, 0, 60], [lung, 65, 120]));
    const isHeart = inside(p, [20, -20, 30], [heart, 45, 50]);
    const isSpine = Math.hypot(p[0], p[1] - spine) < 18;
    voxels[at] = isSpine ? 400 : !isTrunk ? -1000 : isHeart ? 50 : isLung ? -820 : 40;
  }
  return { size, affine, voxels };
}

const own = body(1);
const described = describeVolume(own);

describe('describeVolume and describeXray', () => {
  it('give unit vectors, AP in the first half and lateral in the second, never NaN', () => {
    expect(described.map(({ view }) => view)).toEqual(['AP', 'LATERAL']);
    for (const { view, vector } of described) {
      expect(vector.length).toBe(projectionDescriptor.width);
      expect(cosine(vector, vector)).toBeCloseTo(1, 5);
      expect(vector.every(Number.isFinite)).toBe(true);
      const other = view === 'AP' ? vector.subarray(half) : vector.subarray(0, half);
      expect(other.every((value) => value === 0)).toBe(true);
    }
    expect(cosine(described[0]!.vector, described[1]!.vector)).toBe(0);
  });

  it('find the own CT among eleven from a turned, scaled, noisy film of another tone curve, in both views', () => {
    const others = Array.from({ length: 10 }, (_, i) => joinViews(describeVolume(body(i + 2))));
    const random = new Random(9);
    for (const view of ['AP', 'LATERAL'] as const) {
      for (const [rotation, scale, gamma] of [
        [[4, -3, 2], 1.08, 1.5],
        [[-4, 2, 3], 0.92, 0.7],
      ] as const) {
        const { display } = renderDrr(own, {
          view,
          gamma,
          pose: { rotationDegrees: rotation, scale },
          noise: { random, photons: 2e4 },
        });
        const [query] = describeXray(display, view);
        const score = cosine(query!.vector, joinViews(described));
        expect(others.filter((vector) => cosine(query!.vector, vector) > score).length).toBeLessThan(3);
      }
    }
  });

  it('do not depend on the storage order of the CT, nor on a rising tone curve of the film', () => {
    const turned = describeVolume(reorient(own, 'SAR'));
    described.forEach(({ vector }, i) => {
      expect(cosine(vector, turned[i]!.vector)).toBeGreaterThan(0.999);
    });
    const film = renderDrr(own, { view: 'AP' }).display;
    const curved = { ...film, pixels: film.pixels.map((value) => 3 + 100 * value ** 1.3) };
    expect(
      cosine(describeXray(film, 'AP')[0]!.vector, describeXray(curved, 'AP')[0]!.vector),
    ).toBeGreaterThan(0.97);
  });

  it('describe PA films and films of unknown view as AP', () => {
    const film = renderDrr(own, { view: 'PA' }).display;
    for (const view of ['PA', 'UNKNOWN', 'AP'] as const) expect(describeXray(film, view)[0]!.view).toBe('AP');
  });

  it('refuse what cannot be described, in words and with a code', () => {
    const flat: Image2d = { width: 32, height: 32, pixels: new Float32Array(1024).fill(0.5) };
    expect(() => describeXray(flat, 'AP')).toThrow(/constant/);
    expect(() => describeXray({ ...flat, pixels: flat.pixels.with(3, Number.NaN) }, 'AP')).toThrow(
      /not finite/,
    );
    expect(() => describeXray({ ...flat, width: 31 }, 'AP')).toThrow(AppError);
    expect(() =>
      describeXray({ width: 4, height: 4, pixels: Float32Array.from({ length: 16 }, (_, i) => i) }, 'AP'),
    ).toThrow(/8 x 8/);
    expect(() => describeVolume({ ...own, voxels: new Int16Array(own.voxels.length).fill(-1000) })).toThrow(
      /no body/,
    );
    const block = { ...own, voxels: new Int16Array(own.voxels.length) };
    expect(() => describeVolume(block)).toThrow(/nothing to compare/);
    expect(() => describeVolume({ ...own, size: [80, 56, 1], voxels: own.voxels.slice(0, 80 * 56) })).toThrow(
      /8 x 8/,
    );
  });

  it('stay finite for a single bright pixel and for two-valued films', () => {
    const dot = new Float32Array(4096);
    dot[2080] = 1;
    const stripes = Float32Array.from({ length: 4096 }, (_, i) => (i % 64 < 20 ? 0 : 1));
    for (const pixels of [dot, stripes]) {
      let vectors: Described[] = [];
      try {
        vectors = describeXray({ width: 64, height: 64, pixels }, 'AP');
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
      for (const { vector } of vectors) expect(vector.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('joinViews', () => {
  it('ranks CTs for one view as that view alone does, and refuses two vectors of one view', () => {
    const joined = joinViews(described);
    expect(cosine(joined, joined)).toBeCloseTo(1, 5);
    expect(cosine(joined, described[0]!.vector)).toBeCloseTo(Math.SQRT1_2, 5);
    expect(() => joinViews([])).toThrow(AppError);
    expect(() => joinViews([described[0]!, described[0]!])).toThrow(/one vector each/);
  });
});

describe('the space', () => {
  it('is named by a digest of everything that decides a vector', () => {
    const { digest, ...identity } = projectionDescriptor;
    expect(isSha256(digest)).toBe(true);
    expect(projectionDescriptor).toMatchObject({
      name: 'projection-descriptor',
      version: 1,
      width: 256,
      metric: 'cosine',
    });
    expect(canonicalJson(identity)).toContain('"contrast":"rank"');
  });
});

describe('the parts', () => {
  it('frame the body box in an image with air around it, whatever marker lies beside', () => {
    const pixels = new Float32Array(100 * 80);
    for (let y = 10; y < 70; y++) for (let x = 20; x < 90; x++) pixels[y * 100 + x] = 0.7;
    pixels[5 * 100 + 3] = 1;
    expect(bodyBox({ width: 100, height: 80, pixels }, 0.2, 0.5)).toEqual({
      left: 20,
      top: 10,
      width: 70,
      height: 60,
    });
  });

  it('stretch by means: the mean of the box is kept when it shrinks', () => {
    const image = {
      width: 40,
      height: 60,
      pixels: Float32Array.from({ length: 2400 }, (_, i) => (i * 7919) % 101),
    };
    const square = stretchToSquare(image, { left: 0, top: 0, width: 40, height: 60 }, 10);
    const mean = (values: Float32Array) => values.reduce((s, v) => s + v, 0) / values.length;
    expect(mean(square)).toBeCloseTo(mean(image.pixels), 3);
  });

  it('rank ties alike', () => {
    expect([...rankNormalise(Float32Array.from([5, 1, 5, 9, 1]))]).toEqual([
      0.125, -0.375, 0.125, 0.5, -0.375,
    ]);
  });

  it('transform a pure cosine into one coefficient, and keep the energy', () => {
    const side = 16;
    const wave = Float32Array.from({ length: 256 }, (_, at) =>
      Math.cos((Math.PI * 3 * ((at % side) + 0.5)) / side),
    );
    const frequencies = lowestFrequencies(60);
    expect(frequencies.slice(0, 3)).toEqual([
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    cosineTransform(wave, side, frequencies).forEach((value, i) => {
      const [u, v] = frequencies[i]!;
      expect(value).toBeCloseTo(u === 3 && v === 0 ? Math.sqrt(128) : 0, 4);
    });
  });
});
