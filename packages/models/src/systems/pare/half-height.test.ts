import { describe, expect, it } from 'vitest';
import { ballVolume } from './balls.test-data.js';
import { componentAtMiddle } from './component.js';
import { atHalfHeight } from './half-height.js';
import { pareConfig } from './pare-config.js';
import { sampleSlab } from './patch.js';

const [pz, py, px] = pareConfig.patch;
const ball = ballVolume({ radiusMm: 5 });
const hu = sampleSlab(ball, pareConfig, { centre: ball.middle });
const within = (radiusMm: number) =>
  componentAtMiddle(
    Float32Array.from({ length: pz * py * px }, (_, n) =>
      Math.hypot((n % px) - 15.5, (Math.floor(n / px) % py) - 15.5) * 0.75 <= radiusMm ? 1 : 0,
    ),
    pareConfig,
  )!;
const diameterMm = (mask: Uint8Array, slice: number): number => {
  const area = mask.subarray(slice * py * px, (slice + 1) * py * px).reduce((n, value) => n + value, 0);
  return 2 * Math.sqrt((area * 0.75 * 0.75) / Math.PI);
};

describe('half height', () => {
  it('ends a mask that is 3 mm too wide where the ball ends', () => {
    const ended = atHalfHeight(within(8), hu, pareConfig)!;
    expect(diameterMm(within(8).mask, 1)).toBeGreaterThan(15);
    expect(diameterMm(ended.mask, ended.widest)).toBeGreaterThan(9);
    expect(diameterMm(ended.mask, ended.widest)).toBeLessThan(11);
  });

  it('adds nothing to a mask that is too small', () => {
    expect(atHalfHeight(within(3), hu, pareConfig)!.voxels).toBeLessThanOrEqual(within(3).voxels);
  });

  it('opens a vessel of one pixel away', () => {
    const row = 15;
    const withVessel = hu.map((value, n) => (Math.floor(n / px) % py === row ? 40 : value));
    const ended = atHalfHeight(within(11), withVessel, pareConfig)!;
    const far = row * px + 2;
    expect(within(11).mask[py * px + row * px + 3]).toBe(1);
    expect(ended.mask[py * px + far]).toBe(0);
    expect(diameterMm(ended.mask, ended.widest)).toBeLessThan(12);
  });

  it('is not known where there is no lung, or no contrast to it', () => {
    expect(
      atHalfHeight(
        within(5),
        hu.map(() => 40),
        pareConfig,
      ),
    ).toBeUndefined();
    expect(
      atHalfHeight(
        within(5),
        hu.map(() => -850),
        pareConfig,
      ),
    ).toBeUndefined();
  });
});
