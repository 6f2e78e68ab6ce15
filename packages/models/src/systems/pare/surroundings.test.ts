import { describe, expect, it } from 'vitest';
import { ballVolume } from './balls.test-data.js';
import { pareConfig } from './pare-config.js';
import type { CtVolume, Vec3 } from './patch.js';
import { surroundings } from './surroundings.js';

const seen = (volume: CtVolume, point: Vec3) => surroundings(volume, point, pareConfig);
const codes = (volume: CtVolume, point: Vec3): string[] =>
  seen(volume, point).warnings.map(({ code }) => code);

describe('a point that cannot be assessed', () => {
  const ball = ballVolume();

  it.each<[string, Vec3]>([
    ['beyond the last slice', [0, -10, 90]],
    ['far away', [1e9, 0, 0]],
    ['not a number', [Number.NaN, 0, 0]],
    ['infinite', [0, Number.POSITIVE_INFINITY, 0]],
  ])('%s is outside the scan', (_, point) => {
    expect(seen(ball, point).refusal?.reason).toBe('OUTSIDE_SCAN');
  });

  it('in padding', () => {
    const voxels = ball.voxels.map(() => -3024);
    expect(seen({ ...ball, voxels }, ball.middle).refusal?.reason).toBe('PADDING');
  });

  it('in values that are no numbers', () => {
    const voxels = Float32Array.from(ball.voxels, () => Number.NaN);
    expect(seen({ ...ball, voxels }, ball.middle).refusal?.reason).toBe('PADDING');
  });

  it('in soft tissue without lung, and in the air beside the body', () => {
    const tissue = ballVolume({ lungHu: 40 });
    expect(seen(tissue, tissue.middle).refusal?.reason).toBe('OUTSIDE_LUNG');
    const air = ballVolume({ radiusMm: 0, lungHu: -1005 });
    expect(seen(air, air.middle).refusal?.reason).toBe('OUTSIDE_LUNG');
  });

  it('between slices that lie farther apart than a nodule is thick', () => {
    const coarse = ballVolume({ size: [48, 48, 8], spacing: [1, 1, 12] });
    expect(seen(coarse, coarse.middle).refusal?.reason).toBe('SLICES_TOO_FAR_APART');
  });
});

describe('a point that can be assessed with less confidence', () => {
  it('is said nothing about in a thin and complete scan', () => {
    const ball = ballVolume();
    expect(seen(ball, ball.middle)).toMatchObject({ refusal: undefined, warnings: [], sliceMm: 1 });
  });

  it('5 mm slices are thick, 3 mm slices thicker than the training', () => {
    const thick = ballVolume({ size: [48, 48, 12], spacing: [1, 1, 5] });
    expect(codes(thick, thick.middle)).toEqual(['THICK_SLICES']);
    const medium = ballVolume({ size: [48, 48, 20], spacing: [1, 1, 3] });
    expect(codes(medium, medium.middle)).toEqual(['THICKER_THAN_TRAINED']);
  });

  it('a slice that repeats its neighbour, or is constant, is missing', () => {
    const ball = ballVolume();
    const [nx, ny, nz] = ball.size;
    const middle = nz >> 1;
    const repeated = ball.voxels.slice();
    repeated.copyWithin(middle * nx * ny, (middle - 1) * nx * ny, middle * nx * ny);
    expect(codes({ ...ball, voxels: repeated }, ball.middle)).toContain('SLICES_MISSING');
    const constant = ball.voxels.slice();
    constant.fill(0, middle * nx * ny, (middle + 1) * nx * ny);
    expect(codes({ ...ball, voxels: constant }, ball.middle)).toContain('SLICES_MISSING');
  });

  it('the edge of the scan and padding nearby are said', () => {
    const ball = ballVolume();
    const atEdge: Vec3 = [ball.middle[0], ball.middle[1], 6];
    expect(codes(ball, atEdge)).toContain('AT_SCAN_EDGE');
    const padded = ball.voxels.map((hu, n) => (n % ball.size[0] < 16 ? -3024 : hu));
    expect(codes({ ...ball, voxels: padded }, ball.middle)).toContain('PADDING_NEAR');
  });
});
