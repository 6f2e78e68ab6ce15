import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { type Box, boxOverlap, type HitRule, isHit, subVolumeHit } from './box-overlap.js';
import {
  averageRecall,
  competitionMetric,
  type Detection,
  type FrocOptions,
  froc,
  sensitivityAt,
} from './froc.js';

const random = new Random(8, 'froc');
const box3 = (): Box => {
  const low = [0, 1, 2].map(() => random.int(6));
  return [...low, ...low.map((at) => at + random.int(4))];
};

describe('boxOverlap', () => {
  it('equals counting voxels, for inclusive extents', () => {
    for (let round = 0; round < 60; round++) {
      const [a, b] = [box3(), box3()];
      let [inA, inB, both] = [0, 0, 0];
      for (let i = 0; i < 1000; i++) {
        const p = [Math.floor(i / 100), Math.floor(i / 10) % 10, i % 10];
        const [ia, ib] = [a, b].map((box) => p.every((at, k) => box[k]! <= at && at <= box[3 + k]!));
        inA += Number(ia);
        inB += Number(ib);
        both += Number(ia && ib);
      }
      const overlap = boxOverlap(a, b, true);
      expect(overlap.iou).toBeCloseTo(both / (inA + inB - both), 12);
      expect(overlap.iobb).toBeCloseTo(both / inA, 12);
      expect(overlap.iogt).toBeCloseTo(both / inB, 12);
    }
  });

  it('measures continuous corners without the extra voxel', () => {
    expect(boxOverlap([0, 0, 2, 2], [1, 1, 3, 3], false).iou).toBeCloseTo(1 / 7, 12);
    expect(boxOverlap([0, 0, 2, 2], [2, 2, 3, 3], false).iou).toBe(0);
  });

  it('refuses boxes that are none', () => {
    expect(() => boxOverlap([0, 0, 1], [0, 0, 1], true)).toThrow(/4 or 6/);
    expect(() => boxOverlap([2, 0, 1, 1], [0, 0, 1, 1], true)).toThrow(/from 2 to 1/);
  });

  it('decides hits by each rule', () => {
    const [small, large]: Box[] = [
      [2, 2, 2, 3, 3, 3],
      [0, 0, 0, 7, 7, 7],
    ];
    const by = (measure: 'iou' | 'iobb' | 'iogt' | 'max'): HitRule => ({
      measure,
      threshold: 0.9,
      isInclusive: true,
    });
    expect(isHit(small!, large!, by('iobb'))).toBe(true);
    expect(isHit(small!, large!, by('iogt'))).toBe(false);
    expect(isHit(large!, small!, by('iogt'))).toBe(true);
    expect(isHit(large!, small!, by('max'))).toBe(true);
    expect(isHit(small!, large!, by('iou'))).toBe(false);
    expect(isHit(small!, large!, { measure: 'centre-inside' })).toBe(true);
    expect(isHit(large!, small!, { measure: 'centre-inside' })).toBe(false); // centre 3.5, box to 3
  });
});

/** Counts anew for every threshold, box by box. */
function brute(
  detections: readonly Detection[],
  truths: readonly Detection[],
  options: FrocOptions,
  at: number,
): number[] {
  const kept = detections.filter(({ score }) => score >= at).sort((a, b) => b.score - a.score);
  const hit = new Set<number>();
  let misses = 0;
  for (const { image, box } of kept) {
    const met = truths.flatMap((t, i) => (t.image === image && isHit(box, t.box, options.hit) ? [i] : []));
    const isFresh = met.some((i) => !hit.has(i));
    if (met.length === 0 || (!isFresh && options.duplicates === 'false-positive')) misses++;
    for (const i of met) hit.add(i);
  }
  return [hit.size / truths.length, misses / options.images.length];
}

const images = ['a', 'b', 'c', 'd'];
const scored = (n: number): Detection[] =>
  Array.from({ length: n }, () => ({
    image: random.pick(images.slice(0, 3)),
    score: random.uniform(),
    box: box3(),
  }));

describe('froc', () => {
  it('equals a count from scratch at every threshold, under both duplicate rules', () => {
    for (let round = 0; round < 20; round++) {
      const [detections, truths] = [scored(25), scored(6)];
      for (const duplicates of ['free', 'false-positive'] as const) {
        const options: FrocOptions = { images, hit: subVolumeHit, duplicates };
        for (const point of froc(detections, truths, options).points) {
          expect([point.sensitivity, point.falsePositivesPerImage]).toEqual(
            brute(detections, truths, options, point.threshold),
          );
        }
      }
    }
  });

  const cube = (at: number): Box => [at, at, at, at + 3, at + 3, at + 3];
  const truths = [
    { image: 'a', box: cube(0) },
    { image: 'b', box: cube(0) },
  ];
  const detections: Detection[] = [
    { image: 'a', score: 0.9, box: cube(0) },
    { image: 'a', score: 0.8, box: cube(0) }, // duplicate
    { image: 'a', score: 0.7, box: cube(50) }, // miss
    { image: 'b', score: 0.6, box: cube(0) },
  ];
  const options: FrocOptions = { images: ['a', 'b'], hit: subVolumeHit, duplicates: 'free' };

  it('lets duplicates go free or counts them, and reports the hits per true box', () => {
    const free = froc(detections, truths, options);
    const counted = froc(detections, truths, { ...options, duplicates: 'false-positive' });
    expect(free).toMatchObject({ falsePositives: 1, duplicates: 1, hitScores: [0.9, 0.6] });
    expect(counted).toMatchObject({ falsePositives: 2, duplicates: 1, hitScores: [0.9, 0.6] });
    expect([0, 0.25, 0.5, 1, 8].map((rate) => sensitivityAt(free, rate))).toEqual([0.5, 0.5, 1, 1, 1]);
    expect([0, 0.5, 1].map((rate) => sensitivityAt(counted, rate))).toEqual([0.5, 0.5, 1]);
    expect(averageRecall(counted)).toBe((0.5 + 1 + 1 + 1) / 4);
    expect(competitionMetric(counted)).toBe((0.5 + 0.5 + 0.5 + 1 + 1 + 1 + 1) / 7);
  });

  it('gives 0 below the first point and interpolates linearly', () => {
    const late = froc(
      [
        { image: 'a', score: 1, box: cube(50) },
        { image: 'a', score: 0.5, box: cube(0) },
        { image: 'b', score: 0.5, box: cube(60) },
      ],
      truths,
      options,
    );
    expect([0.2, 0.5, 0.75, 1, 4].map((rate) => sensitivityAt(late, rate))).toEqual([0, 0, 0.25, 0.5, 0.5]);
    expect(sensitivityAt(froc([], truths, options), 1)).toBe(0);
  });

  it('does not depend on the order of its input, ties included', () => {
    const tied = scored(30).map((d) => ({ ...d, score: Math.round(d.score * 3) }));
    const marks = scored(5);
    const strict: FrocOptions = { images, hit: subVolumeHit, duplicates: 'false-positive' };
    const first = froc(tied, marks, strict);
    for (let round = 0; round < 5; round++) expect(froc(random.shuffle(tied), marks, strict)).toEqual(first);
    expect(first.points.length).toBeLessThanOrEqual(4); // one per score
  });

  it('lets one box hit two true boxes', () => {
    const twins = [
      { image: 'a', box: [0, 0, 0, 3, 3, 3] },
      { image: 'a', box: [1, 0, 0, 4, 3, 3] },
    ];
    expect(froc([{ image: 'a', score: 1, box: cube(0) }], twins, options).points[0]?.sensitivity).toBe(1);
  });

  it('refuses images it was not told of', () => {
    expect(() => froc([{ image: 'x', score: 1, box: cube(0) }], truths, options)).toThrow(/not listed/);
    expect(() => froc([], truths, { ...options, images: ['a', 'a', 'b'] })).toThrow(/twice/);
    expect(() => froc([{ image: 'a', score: Number.NaN, box: cube(0) }], truths, options)).toThrow(/NaN/);
    expect(() => froc([], [], options)).toThrow(/at least one/);
  });
});
