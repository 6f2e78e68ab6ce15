import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import {
  type Embedded,
  moveByMomentum,
  nearestPrototype,
  type Prototypes,
  plantPrototypes,
  randomPrototypes,
  reseedIdle,
  usageEntropy,
} from './prototypes.js';

const at = (malignant: boolean, ...embedding: number[]): Embedded => ({
  embedding: Float32Array.from(embedding),
  malignant,
});
const rowOf = ({ values, width }: Prototypes, k: number): number[] => [
  ...values.subarray(k * width, (k + 1) * width),
];

/** Two per class in two dimensions: benign at (0,0) and (0,4), malignant at (9,0) and (9,4). */
const four = (): Prototypes => ({
  perClass: 2,
  width: 2,
  values: Float32Array.from([0, 0, 0, 4, 9, 0, 9, 4]),
  uses: new Float64Array(4),
  idleEpochs: new Int32Array(4),
});

describe('momentum', () => {
  it('moves the nearest prototype of the own class by 1 - m towards the case, and no other', () => {
    const prototypes = four();
    moveByMomentum(prototypes, [at(false, 1, 3)], 0.9);
    expect(rowOf(prototypes, 1)[0]).toBeCloseTo(0.1);
    expect(rowOf(prototypes, 1)[1]).toBeCloseTo(3.9);
    expect([rowOf(prototypes, 0), rowOf(prototypes, 2), rowOf(prototypes, 3)]).toEqual([
      [0, 0],
      [9, 0],
      [9, 4],
    ]);
    expect([...prototypes.uses]).toEqual([0, 1, 0, 0]);
  });

  it('stays within its class even where the other class is nearer', () => {
    const prototypes = four();
    moveByMomentum(prototypes, [at(false, 9, 0)], 0.5);
    expect(rowOf(prototypes, 0)).toEqual([4.5, 0]);
    expect(rowOf(prototypes, 2)).toEqual([9, 0]);
  });
});

describe('the nearest prototype', () => {
  it('is one of both classes unless a class is asked for', () => {
    const prototypes = four();
    const nearMalignant = Float32Array.from([8, 5]);
    expect(nearestPrototype(prototypes, nearMalignant)).toBe(3);
    expect(nearestPrototype(prototypes, nearMalignant, false)).toBe(1);
    expect(nearestPrototype(prototypes, nearMalignant, true)).toBe(3);
  });
});

describe('planting', () => {
  it('finds the middles of clear groups in each class', () => {
    const random = new Random(1, 'groups');
    const cases = Array.from({ length: 80 }, (_, i) => {
      const malignant = i % 2 === 1;
      return at(
        malignant,
        (malignant ? 9 : 0) + random.normal(0, 0.1),
        4 * ((i >> 1) % 2) + random.normal(0, 0.1),
      );
    });
    const prototypes = plantPrototypes(cases, 2, 2, 5);
    const rows = [0, 1, 2, 3].map((k) => rowOf(prototypes, k).map(Math.round).map(Math.abs).join());
    expect(rows.slice(0, 2).sort()).toEqual(['0,0', '0,4']);
    expect(rows.slice(2).sort()).toEqual(['9,0', '9,4']);
  });

  it('repeats cases where a class has fewer than prototypes, and draws a class without cases', () => {
    const prototypes = plantPrototypes([at(false, 1, 2)], 3, 2, 5);
    expect([0, 1, 2].map((k) => rowOf(prototypes, k))).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(prototypes.values.every(Number.isFinite)).toBe(true);
  });

  it('is the same for the same seed', () => {
    const cases = [at(false, 1, 2), at(false, 3, 1), at(true, 5, 5), at(true, 6, 7)];
    expect(plantPrototypes(cases, 2, 2, 5).values).toEqual(plantPrototypes(cases, 2, 2, 5).values);
    expect(randomPrototypes(2, 2, 1).values).not.toEqual(randomPrototypes(2, 2, 2).values);
  });
});

describe('idle prototypes', () => {
  it('are planted anew at the case farthest from its class after enough epochs without use', () => {
    const prototypes = four();
    const cases = [at(false, 0, 0), at(false, -7, 0), at(true, 9, 0), at(true, 9, 4)];
    for (let epoch = 1; epoch <= 2; epoch++) {
      moveByMomentum(prototypes, cases, 1);
      expect(reseedIdle(prototypes, cases, 2)).toBe(epoch === 2 ? 1 : 0);
    }
    expect(rowOf(prototypes, 1)).toEqual([-7, 0]);
  });

  it('count their epochs from the last use', () => {
    const prototypes = four();
    const all = [at(false, 0, 0), at(false, 0, 4), at(true, 9, 0), at(true, 9, 4)];
    reseedIdle(prototypes, all, 2);
    moveByMomentum(prototypes, all, 1);
    expect(reseedIdle(prototypes, all, 2)).toBe(0);
    expect(reseedIdle(prototypes, all, 2)).toBe(0);
    expect(reseedIdle(prototypes, all, 2)).toBe(4);
  });
});

describe('usage entropy', () => {
  it('is 1 where all are used alike, 0 where one of each class is', () => {
    const all = [at(false, 0, 0), at(false, 0, 4), at(true, 9, 0), at(true, 9, 4)];
    expect(usageEntropy(four(), all)).toBeCloseTo(1);
    expect(usageEntropy(four(), [all[0]!, all[0]!, all[2]!])).toBeCloseTo(0);
  });
});
