// The airway mask against its own centrelines, and its topology at 1 mm.
import {
  airwayMask,
  countComponents,
  eulerNumber,
  type Phantom,
  render,
  treeCoverage,
} from '@tomograph/phantom';
import { bar } from '../evaluation.js';
import { type Part, seedsOf } from './part.js';

export function airways(quick: boolean): Part {
  const seeds = seedsOf(quick, 2, 8);
  let [components, td, bd, graph, trees] = [0, 100, 100, 2, 0];
  const rows: (string | number)[][] = [];
  for (const seed of seeds) {
    const p = render(seed, { size: 96, fov: 'chest', findings: 'none' });
    const { airways: branches } = p.centrelines;
    const mask = Uint8Array.from(p.airways.voxels, (v) => (v > 0 ? 1 : 0));
    components = Math.max(components, countComponents(mask, p.airways.size));
    const coverage = treeCoverage(branches, mask, p.airways);
    [td, bd] = [Math.min(td, coverage.td), Math.min(bd, coverage.bd)];
    // one vertex per distinct end of a branch, one edge per branch: 1 for a tree, less with every loop
    const vertices = new Set(branches.flatMap((b) => [b.fromMm.join(), b.toMm.join()])).size;
    graph = Math.min(graph, vertices - branches.length);
    const grid = millimetres(p);
    const whole = airwayMask(branches, grid, 0.9);
    const [euler, pieces] = [eulerNumber(whole, grid.size), countComponents(whole, grid.size)];
    if (euler === 1 && pieces === 1) trees++;
    rows.push([seed, branches.length, Math.max(...branches.map((b) => b.generation)), euler]);
  }
  return {
    bars: [
      bar('components of the airway mask at 96³, most', components, '=', 1, seeds.length),
      bar('tree length detected by the truth itself, lowest, %', td, '≥', 99.5, seeds.length),
      bar('branches detected by the truth itself, lowest, %', bd, '≥', 99.5, seeds.length),
      bar('vertices minus edges of the branch graph', graph, '=', 1, seeds.length),
      bar(
        'subjects whose whole lumen at 1 mm is one piece with Euler number 1, share',
        trees / seeds.length,
        '=',
        1,
        seeds.length,
      ),
    ],
    tables: [
      {
        title: 'Airway trees',
        columns: ['seed', 'branches', 'last generation', 'Euler number of the whole 1 mm mask'],
        rows,
      },
    ],
  };
}

/** A grid of 1 mm over the field of view of a phantom. */
function millimetres(p: Phantom): Phantom['volume'] {
  const m = p.volume.affine as number[];
  const size = [0, 1, 2].map((k) => Math.ceil(p.volume.size[k]! * p.spacingMm[k]!));
  return {
    size: size as unknown as Phantom['volume']['size'],
    affine: [1, 0, 0, m[3]!, 0, 1, 0, m[7]!, 0, 0, 1, m[11]!] as unknown as Phantom['volume']['affine'],
    voxels: new Int16Array(0),
  };
}
