import { describe, expect, it } from 'vitest';
import type { CtVolume } from '../pare/patch.js';
import { cellCentre, ctFrame, ctInput, tissueCount, tissueEdges } from './ct-input.js';
import { filmInput } from './film-input.js';

/** Water cylinder of 40 × 30 mm in air, a dense ball to the patient's left at the top. */
function body(spacing: number, flip = false): CtVolume {
  const [nx, ny, nz] = [80 / spacing, 60 / spacing, 96 / spacing];
  const voxels = new Int16Array(nx * ny * nz).fill(-1000);
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        const x = (flip ? -1 : 1) * ((i + 0.5) * spacing - 40);
        const [y, z] = [(j + 0.5) * spacing - 30, (k + 0.5) * spacing];
        if ((x / 36) ** 2 + (y / 27) ** 2 < 1) voxels[i + nx * (j + ny * k)] = 0;
        if (Math.hypot(x - 20, y, z - 80) < 9) voxels[i + nx * (j + ny * k)] = 700;
      }
  const s = flip ? -spacing : spacing;
  const x0 = flip ? 40 - spacing / 2 : -40 + spacing / 2;
  return { size: [nx, ny, nz], affine: [s, 0, 0, x0, 0, spacing, 0, -30, 0, 0, spacing, 0], voxels };
}

/** Where the share of the densest tissue is largest. */
const denseCell = (cells: Float32Array, n: number): [number, number, number] => {
  const dense = cells.filter((_, i) => i % tissueCount === tissueCount - 1);
  const at = dense.indexOf(Math.max(...dense));
  return [at % n, Math.floor(at / n) % n, Math.floor(at / n ** 2)];
};

describe('the CT input', () => {
  it('puts left at high x and the head at high z, however the scan is stored', () => {
    for (const volume of [body(2), body(2, true)]) {
      const { cells, front } = ctInput(volume, 24, 24);
      const [x, , z] = denseCell(cells, 24);
      expect(x).toBeGreaterThan(14);
      expect(z).toBeGreaterThan(16);
      const brightest = front.indexOf(Math.max(...front)); // rows from the head, the patient's left to the right
      expect(brightest % 24).toBeGreaterThan(14);
      expect(Math.floor(brightest / 24)).toBeLessThan(8);
    }
  });

  it('shows the same patient alike at another spacing', () => {
    const [fine, coarse] = [ctInput(body(1), 12, 24), ctInput(body(2), 12, 24)];
    const apart = (a: Float32Array, b: Float32Array): number =>
      a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
    expect(apart(fine.cells, coarse.cells)).toBeLessThan(0.03);
    expect(apart(fine.front, coarse.front)).toBeLessThan(0.06);
  });

  it('leads from a cell back to the patient', () => {
    const frame = ctFrame(body(2));
    const [x, , z] = cellCentre(frame, 26, 3);
    expect(x).toBeGreaterThan(15);
    expect(z).toBeGreaterThan(60);
  });

  it('reads padding as air and refuses a scan without a body', () => {
    const volume = body(4);
    const padded = {
      ...volume,
      voxels: Int16Array.from(volume.voxels, (hu) => (hu === -1000 ? -3024 : hu)),
    } as CtVolume;
    expect(ctInput(padded, 12, 8).cells).toEqual(ctInput(volume, 12, 8).cells);
    const empty = { ...volume, voxels: new Int16Array(volume.voxels.length).fill(-1000) };
    expect(() => ctInput(empty, 12, 8)).toThrow(/expected a patient/);
  });

  it('says of every cell what share of it each tissue is', () => {
    const { cells } = ctInput(body(2), 6, 8);
    const fluid = tissueEdges.findIndex((edge) => edge > 0);
    for (let at = 0; at < cells.length; at += tissueCount) {
      const shares = cells.slice(at, at + tissueCount).map((root) => root * root);
      expect(shares.reduce((a, x) => a + x, 0)).toBeCloseTo(1, 5);
      // a phantom of air, water and one dense ball; between voxels are mixtures
      expect(shares[0]! + shares[fluid]! + shares[tissueCount - 1]!).toBeGreaterThan(0.3);
    }
  });
});

describe('the film input', () => {
  const gradient = {
    width: 100,
    height: 50,
    pixels: Float32Array.from({ length: 5000 }, (_, i) => (i % 100) * 40),
  };

  it('has any range of grey values between 0 and 1, in the order of the picture', () => {
    const film = filmInput(gradient, 8);
    expect(film[0]).toBe(0);
    expect(film[7]).toBeGreaterThan(0.9);
    expect(film[4]).toBeCloseTo(film[8 * 5 + 4]!);
  });

  it('enlarges a small one and refuses what is none', () => {
    expect(filmInput({ width: 2, height: 2, pixels: [0, 1, 0, 1] }, 8)).toHaveLength(64);
    expect(() => filmInput({ width: 4, height: 4, pixels: [1] }, 8)).toThrow(/every pixel/);
  });
});
