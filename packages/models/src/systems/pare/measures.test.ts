import { describe, expect, it } from 'vitest';
import { ballVolume } from './balls.test-data.js';
import { componentAtMiddle } from './component.js';
import { measure, measureNames } from './measures.js';
import { pareConfig } from './pare-config.js';
import { sampleSlab } from './patch.js';

type Name = (typeof measureNames)[number];

function measured(options: Parameters<typeof ballVolume>[0]): Record<Name, number> {
  const volume = ballVolume(options);
  const hu = sampleSlab(volume, pareConfig, { centre: volume.middle });
  const component = componentAtMiddle(
    hu.map((value) => (value > -400 ? 1 : 0)),
    pareConfig,
  );
  const values = measure(hu, component, pareConfig);
  return Object.fromEntries(measureNames.map((name, i) => [name, values[i]!])) as Record<Name, number>;
}

describe('measures', () => {
  it('of a ball of 12 mm: its size, round, dense inside and lung around', () => {
    const ball = measured({ radiusMm: 6 });
    expect(Math.exp(ball.logAreaDiameter)).toBeCloseTo(12, 0);
    expect(Math.exp(ball.logLongest)).toBeGreaterThan(11);
    expect(Math.exp(ball.logLongest)).toBeLessThan(14);
    expect(ball.elongation).toBeGreaterThan(0.85);
    expect(ball.coreMean * 100).toBeGreaterThan(20);
    expect(ball.aroundMean * 100).toBeCloseTo(-850, -1);
    expect(ball.aroundDense).toBe(0);
    expect(ball.found).toBe(1);
  });

  it('grow with the ball, and see calcium and ground glass', () => {
    expect(measured({ radiusMm: 8 }).logLongest).toBeGreaterThan(measured({ radiusMm: 5 }).logLongest);
    expect(measured({ ballHu: 400 }).above200).toBeGreaterThan(0.8);
    expect(measured({ ballHu: -350 }).below300).toBeGreaterThan(0.8);
    expect(measured({ ballHu: 40 }).below500).toBeLessThan(0.05);
  });

  it('are all zero where no nodule was found, and never anything but numbers', () => {
    const empty = measure(new Float32Array(4 * 32 * 32), undefined, pareConfig);
    expect(empty.every((value) => value === 0)).toBe(true);
    expect(Object.values(measured({ radiusMm: 1 })).every(Number.isFinite)).toBe(true);
    expect(Object.values(measured({ radiusMm: 60 })).every(Number.isFinite)).toBe(true);
  });
});
