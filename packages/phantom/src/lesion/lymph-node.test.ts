import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { sampleLookAlikes, sampleNodes, stations } from './lymph-node.js';

const nodes = Array.from({ length: 60 }, (_, seed) =>
  sampleNodes(new Random(seed), seed % 5, 14, seed % 2 === 0),
).flat();

describe('lymph nodes', () => {
  it('lie in the region of the station that they name', () => {
    for (const node of nodes) {
      const station = stations.find((s) => s.id === node.station)!;
      for (let k = 0; k < 3; k++) {
        expect(node.centre[k]!).toBeGreaterThanOrEqual(station.low[k]!);
        expect(node.centre[k]!).toBeLessThanOrEqual(station.high[k]!);
      }
      expect(node.group).toBe(station.group);
    }
  });

  it('have short axes of 3.5 to 25 mm and aspects of 1 to 2.3', () => {
    for (const node of nodes) {
      expect(node.shortAxisMm).toBeGreaterThanOrEqual(3.5);
      expect(node.shortAxisMm).toBeLessThanOrEqual(25);
      expect(node.longAxisMm / node.shortAxisMm).toBeGreaterThanOrEqual(0.99);
      expect(node.longAxisMm / node.shortAxisMm).toBeLessThanOrEqual(2.31);
    }
  });

  it('are necrotic only when malignant, and have a fatty hilum only when benign', () => {
    for (const node of nodes) {
      if (node.necrotic) expect(node.malignant).toBe(true);
      if (node.fattyHilum) expect(node.malignant).toBe(false);
    }
  });

  it('come on both sides where the map has sides, right stations to the right', () => {
    for (const s of stations) {
      const middle = (s.low[0] + s.high[0]) / 2;
      if (s.id.endsWith('R')) expect(middle).toBeLessThan(0);
      if (s.id.endsWith('L')) expect(middle).toBeGreaterThan(0);
    }
  });

  it('have look-alikes that differ from station to station', () => {
    const all = Array.from({ length: 40 }, (_, seed) => sampleLookAlikes(new Random(seed), 5)).flat();
    for (const one of all) expect(one.kind).toBe(stations.find((s) => s.id === one.station)!.lookAlike);
    expect(new Set(all.map((one) => one.kind)).size).toBe(4);
  });
});
