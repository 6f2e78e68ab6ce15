import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { LabelVolume } from '@tomograph/imaging';
import { describe, expect, it } from 'vitest';
import { label, organLabels } from '../body/labels.js';
import { labelStatistics } from '../check/geometry.js';
import { render } from '../render.js';
import { renderFromLabels, tissueOfName } from './from-labels.js';

const names = Object.fromEntries(organLabels.map((l) => [l.id, l.name]));
const root =
  process.env['TOMOGRAPH_TEST_DATA'] ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const real = join(root, 'ct_totalseg', 'example_seg.nii.gz');

/** A NIfTI-1 label map of 8- or 16-bit whole numbers, grid as RAS columns turned to LPS; enough for the test's one file. */
function readLabels(path: string): LabelVolume {
  const bytes = gunzipSync(readFileSync(path));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const size = [1, 2, 3].map((k) => view.getInt16(40 + 2 * k, true)) as unknown as [number, number, number];
  const wide = view.getInt16(72, true) / 8;
  const affine = Array.from({ length: 12 }, (_, i) => view.getFloat32(280 + 4 * i, true) * (i < 8 ? -1 : 1));
  const start = view.getFloat32(108, true);
  const n = size[0] * size[1] * size[2];
  const voxels = Uint16Array.from({ length: n }, (_, i) =>
    wide === 1 ? bytes[start + i]! : view.getInt16(start + wide * i, true),
  );
  return { size, affine, voxels };
}

describe('a scan from a label map', () => {
  it('has the HU of each label’s tissue, in the phase asked for', () => {
    const { labels } = render(2, { size: 48, findings: 'none' });
    const mean = (phase: 'native' | 'arterial', name: string) => {
      const { voxels } = renderFromLabels(labels, 1, { names, phase });
      return labelStatistics(labels, voxels).get(label(name))!.mean;
    };
    expect(mean('native', 'liver')).toBeGreaterThan(30); // the rim of a 9 mm voxel mixes with fat
    expect(mean('native', 'liver')).toBeLessThan(70);
    expect(mean('arterial', 'aorta')).toBeGreaterThan(mean('native', 'aorta') + 100);
    expect(mean('native', 'lung_upper_lobe_left')).toBeLessThan(-650);
  });

  it('is the same for the same seed and another for another', () => {
    const { labels } = render(2, { size: 24, findings: 'none' });
    const make = (seed: number) =>
      renderFromLabels(labels, seed, { names, acquisition: 'sampled', randomise: true }).voxels;
    expect(make(5)).toEqual(make(5));
    expect(make(5)).not.toEqual(make(6));
  });

  it('knows a tissue for every organ of its own, and refuses a map without any known name', () => {
    for (const { name } of organLabels) expect(tissueOfName(name), name).toBeDefined();
    const { labels } = render(2, { size: 16, findings: 'none' });
    expect(() => renderFromLabels(labels, 1, { names: { 1: 'nothing' } })).toThrowError(
      /none of 1 label names/,
    );
    expect(() => renderFromLabels({ ...labels, size: [16, 16, 15] }, 1, { names })).toThrowError(/label map/);
  });

  it('lies in a body without gaps: two organs far apart have fat and muscle between and around them, air outside', () => {
    const size = [60, 40, 3] as const;
    const voxels = new Uint16Array(60 * 40 * 3);
    for (let k = 0; k < 3; k++)
      for (let j = 15; j < 25; j++)
        for (let i = 10; i < 50; i++) if (i < 18 || i >= 42) voxels[i + 60 * (j + 40 * k)] = i < 18 ? 1 : 2;
    const affine = [3, 0, 0, 0, 0, 3, 0, 0, 0, 0, 3, 0] as const;
    const named = { 1: 'liver', 2: 'spleen' };
    const scan = renderFromLabels({ size, affine, voxels }, 1, { names: named });
    const at = (i: number, j: number) => scan.voxels[i + 60 * (j + 40)]!;
    for (let i = 6; i < 54; i++)
      for (let j = 13; j < 27; j++) expect(at(i, j), `${i}, ${j}`).toBeGreaterThan(-200);
    expect(at(1, 20)).toBeLessThan(-900);
    expect(at(30, 2)).toBeLessThan(-900);
    const bare = renderFromLabels({ size, affine, voxels }, 1, { names: named, bodyMarginMm: 0 });
    expect(bare.voxels[30 + 60 * (20 + 40)]).toBeLessThan(-900);
  });

  it.skipIf(!existsSync(real))(
    'renders real anatomy: the labels of a TotalSegmentator case (skipped without shared data)',
    () => {
      const labels = readLabels(real);
      const map = JSON.parse(readFileSync(join(root, 'ct_totalseg', 'class_map.json'), 'utf8')) as {
        total: Record<number, string>;
      };
      const scan = renderFromLabels(labels, 3, { names: map.total, acquisition: 'sampled' });
      const stats = labelStatistics(labels, scan.voxels);
      const number = Number(Object.entries(map.total).find(([, name]) => name === 'liver')![0]);
      expect(stats.get(number)!.mean).toBeGreaterThan(80);
      expect(stats.get(number)!.mean).toBeLessThan(135);
    },
  );
});
