// The README's example runs, and stands there as it is here.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { invert, label, render, renderXray } from './index.js';

test('the example of the README runs', () => {
  const before = render(7, { size: 48, fov: 'chest', findings: ['lung_nodule', 'pleural_effusion'] });
  const liver = before.labels.voxels.filter((id) => id === label('liver')).length;
  const film = renderXray(before, { view: 'AP', width: 128, height: 128 }).display;
  const after = render(7, {
    size: 48,
    fov: 'chest',
    findings: ['lung_nodule'],
    followUp: { breathingMm: 15 },
  });
  const folds = after.phi!.determinant.filter((d) => d <= 0).length; // 0: a diffeomorphism

  // the same place in another subject: scan mm -> canonical mm -> scan mm
  const other = render(8, { size: 48, fov: 'chest' });
  const point = {
    x: before.landmarks[0]!.pointMm[0],
    y: before.landmarks[0]!.pointMm[1],
    z: before.landmarks[0]!.pointMm[2],
  };
  before.toCanonical.pull(point);
  const there = invert(other.toCanonical, [point.x, point.y, point.z]).point;
  // end
  expect(liver).toBeGreaterThan(100);
  expect([film.width, film.height]).toEqual([128, 128]);
  expect(folds).toBe(0);
  const named = other.landmarks.find((l) => l.name === before.landmarks[0]!.name)!;
  if (before.landmarks[0]!.shared)
    expect(Math.hypot(...[0, 1, 2].map((k) => named.pointMm[k]! - there[k]!))).toBeLessThan(30);
});

test('and it stands there', () => {
  const code = (text: string) => text.replaceAll(/[\s,]/g, '');
  const own = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  const example = own.slice(own.indexOf('  const before'), own.indexOf('  // end'));
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(code(readme)).toContain(code(example));
});
