import { expect, it } from 'vitest';
import { decodePng, encodePng } from './png.js';

it('brings an image back to within half a grey level', async () => {
  const pixels = Float32Array.from({ length: 12 }, (_, at) => at / 11);
  const { width, height, pixels: back } = await decodePng(await encodePng({ width: 4, height: 3, pixels }));
  expect([width, height]).toEqual([4, 3]);
  for (const [at, value] of pixels.entries())
    expect(Math.abs(back[at]! - value)).toBeLessThanOrEqual(0.5 / 255 + 1e-6);
});

it('clamps what lies outside of 0 to 1', async () => {
  const back = await decodePng(await encodePng({ width: 2, height: 1, pixels: Float32Array.of(-3, 7) }));
  expect([...back.pixels]).toEqual([0, 1]);
});

it('refuses pixels that do not fit the size, and bytes that are no PNG', async () => {
  await expect(encodePng({ width: 2, height: 2, pixels: new Float32Array(3) })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  await expect(decodePng(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: 'FORMAT_CORRUPT' });
});
