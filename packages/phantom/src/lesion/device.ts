// Medical material: pacemaker, port, central venous catheter, sternal wires.
import type { Random } from '@tomograph/kernel';
import type { Paint } from '../body/scene.js';
import { axes, ellipsoid } from '../body/shapes.js';
import { tissue } from '../body/tissue.js';
import { cavity } from '../body/torso.js';
import { type Knot, tube } from '../body/tube.js';
import type { Vec3 } from '../body/vector.js';
import type { Finding } from './finding.js';

const ORDER = 135;

export function devicePaints(f: Finding, r: Random): Paint[] {
  if (f.name !== 'medical_material') return [];
  const side = r.chance(0.7) ? 1 : -1;
  const pocket: Vec3 = [side * 84, cavity.point(140, 40, 22)[1] - 4, 44];
  const toSvc: Knot[] = [
    [pocket[0], pocket[1], pocket[2] + 12, 0.9],
    [side * 76, -38, 88, 0.9],
    [side > 0 ? 46 : -46, -36, 88, 0.9],
    [side > 0 ? 0 : -34, -48, 58, 0.9],
    [-25, -38, 30, 0.9],
    [-27, -38, -20, 0.9],
  ];
  const lead = (knots: readonly Knot[]) => tube(knots, { order: ORDER, tissue: 'metal' });
  switch (f.kind) {
    case 'pacemaker':
      return [
        {
          order: ORDER,
          shape: ellipsoid(pocket, [23, 5, 20], axes([1, -0.3 * side, 0])),
          tissue: tissue('metal'),
        },
        ...lead([...toSvc, [-24, -48, -72, 0.9], [10, -72, -92, 0.9], [48, -80, -112, 0.9]]),
      ];
    case 'port':
      return [
        { order: ORDER, shape: ellipsoid(pocket, [12, 6, 12]), tissue: tissue('metal') },
        ...lead([...toSvc, [-26, -42, -46, 0.9]]),
      ];
    case 'sternal wires':
      return [30, 8, -14, -36, -58].flatMap((z) => {
        const y = cavity.point(180, z, 9)[1];
        return lead([
          [-15, y + 5, z, 0.7],
          [-12, y - 7, z, 0.7],
          [12, y - 7, z, 0.7],
          [15, y + 5, z, 0.7],
        ]);
      });
    default:
      return lead([[-38, -24, 150, 0.9], [-40, -28, 92, 0.9], ...toSvc.slice(4), [-27, -40, -34, 0.9]]);
  }
}
