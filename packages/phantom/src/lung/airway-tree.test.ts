import type { Affine } from '@tomograph/imaging';
import { describe, expect, it } from 'vitest';
import { dot, length, normalise, subtract, type Vec3 } from '../body/vector.js';
import { airwayMask, countComponents, eulerNumber, treeCoverage } from '../check/geometry.js';
import { render } from '../render.js';
import { segments } from './airway-tree.js';

const phantom = render(5, { size: 96, fov: 'chest', findings: 'none' });
const { branches } = phantom.body.airways;

describe('the airway tree', () => {
  it('is one tree: every branch but the first has a parent that comes before it', () => {
    expect(branches.filter((b) => b.parent < 0)).toHaveLength(1);
    for (const b of branches.slice(1)) {
      expect(b.parent).toBeLessThan(b.id);
      expect(subtract(b.from, branches[b.parent]!.to)).toEqual([0, 0, 0]);
    }
  });

  it('is a tree: one more end than branches, so no two branches share their ends', () => {
    const ends = new Set(branches.flatMap((b) => [b.from.join(), b.to.join()]));
    expect(ends.size - branches.length).toBe(1);
  });

  it('names 18 segments, each in its own lobe and side', () => {
    expect(segments).toHaveLength(18);
    for (const [name, , lobe] of segments) {
      const branch = branches.find((b) => b.name === name)!;
      expect(branch.lobe).toBe(lobe);
      expect(Math.sign(branch.to[0])).toBe(lobe.startsWith('R') ? -1 : 1);
    }
  });

  it('reaches generation 8 with hundreds of branches', () => {
    expect(Math.max(...branches.map((b) => b.generation))).toBeGreaterThanOrEqual(8);
    expect(branches.length).toBeGreaterThan(300);
  });

  it('keeps the published ratios and angles beyond the segments', () => {
    for (const b of branches.filter((x) => x.airwayClass === 3)) {
      const parent = branches[b.parent]!;
      const [own, before] = [subtract(b.to, b.from), subtract(parent.to, parent.from)];
      expect(b.radius / parent.radius).toBeGreaterThanOrEqual(0.72 - 1e-9);
      expect(b.radius / parent.radius).toBeLessThanOrEqual(0.84 + 1e-9);
      expect(length(own) / length(before)).toBeGreaterThanOrEqual(0.68);
      expect(length(own) / length(before)).toBeLessThanOrEqual(0.85);
      const angle = (Math.acos(dot(normalise(own), normalise(before))) * 180) / Math.PI;
      expect(angle).toBeGreaterThanOrEqual(28);
      expect(angle).toBeLessThanOrEqual(48);
    }
  });

  it('has walls of a tenth to a third of the diameter', () => {
    for (const b of branches) {
      expect(b.wallMm / (2 * b.radius)).toBeGreaterThan(0.07);
      expect(b.wallMm / (2 * b.radius)).toBeLessThan(0.34);
    }
  });

  it('stays in its lobe beyond the segments', () => {
    const astray = branches.filter((b) => {
      if (b.airwayClass < 3) return false;
      const p = { x: b.to[0], y: b.to[1], z: b.to[2] };
      return (b.lobe!.startsWith('R') ? p.x > 0 : p.x < 0) || Math.abs(p.x) > 140;
    });
    expect(astray).toHaveLength(0);
  });

  it('is one component in its mask, and its centrelines lie in it: TD = BD = 100', () => {
    const mask = Uint8Array.from(phantom.airways.voxels, (v) => (v > 0 ? 1 : 0));
    expect(countComponents(mask, phantom.airways.size)).toBe(1);
    const { td, bd } = treeCoverage(phantom.centrelines.airways, mask, phantom.airways);
    expect(td).toBeCloseTo(100, 0);
    expect(bd).toBeGreaterThan(99);
  });

  it('is one piece with the Euler number of a tree at 1 mm, from the trachea to the last twig', () => {
    const { affine, size } = phantom.volume;
    const a = affine as number[];
    const extent = [0, 1, 2].map((k) => Math.ceil(size[k]! * phantom.spacingMm[k]!));
    const grid = {
      size: extent as unknown as Vec3,
      affine: [1, 0, 0, a[3]!, 0, 1, 0, a[7]!, 0, 0, 1, a[11]!] as unknown as Affine,
    };
    const mask = airwayMask(phantom.centrelines.airways, grid, 0.9);
    expect(countComponents(mask, grid.size)).toBe(1);
    expect(eulerNumber(mask, grid.size)).toBe(1);
  });

  it('shows a loop in its mask when two strange branches touch: blunt carinas do not hide one', () => {
    // two arms of a Y whose twigs run back together
    const branch = (id: number, parent: number, from: Vec3, to: Vec3) =>
      ({ ...phantom.centrelines.airways[0]!, id, parent, fromMm: from, toMm: to, radiusMm: 1.5 }) as const;
    const tree = [
      branch(0, -1, [20, 20, 2], [20, 20, 10]),
      branch(1, 0, [20, 20, 10], [10, 20, 22]),
      branch(2, 0, [20, 20, 10], [30, 20, 22]),
      branch(3, 1, [10, 20, 22], [19, 20, 34]),
      branch(4, 2, [30, 20, 22], [21, 20, 34]),
    ];
    const grid = { size: [41, 41, 41] as const, affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] as const };
    expect(eulerNumber(airwayMask(tree, grid, 0.9), grid.size)).toBe(0);
    expect(eulerNumber(airwayMask(tree.slice(0, 4), grid, 0.9), grid.size)).toBe(1);
  });

  it('leaves out whole sub-trees in the simulated annotation, and records breaks', () => {
    for (const b of branches.slice(1)) if (!branches[b.parent]!.annotated) expect(b.annotated).toBe(false);
    const omitted = branches.filter((b) => !b.annotated).length / branches.length;
    expect(omitted).toBeGreaterThan(0.03);
    expect(omitted).toBeLessThan(0.5);
    expect(branches.some((b) => b.broken === 'plug')).toBe(true);
    expect(branches.some((b) => b.broken === 'gap')).toBe(true);
  });

  it('has an artery beside every bronchus, about as wide', () => {
    for (const v of phantom.body.vessels) {
      if (v.bronchus === undefined) continue;
      const b = branches[v.bronchus]!;
      const gap = length(subtract(v.to, b.to));
      expect(gap).toBeGreaterThan(b.radius);
      expect(gap).toBeLessThan(3.5 * b.radius + 4);
      expect(v.endRadius / b.radius).toBeGreaterThan(0.7);
      expect(v.endRadius / b.radius).toBeLessThan(1.4);
    }
  });
});
