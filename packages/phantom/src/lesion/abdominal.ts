// Findings of the abdomen: cysts, metastases, stones, free fluid. Fatty liver changes a tissue, not a shape (tissueChanges).
import type { Random } from '@tomograph/kernel';
import { abdomenAnchors, kidneyCentre, liverShape } from '../body/abdomen.js';
import type { Paint } from '../body/scene.js';
import { custom } from '../body/shapes.js';
import { type TissueTable, tissue } from '../body/tissue.js';
import { Torso } from '../body/torso.js';
import { add, scale, type Vec3 } from '../body/vector.js';
import type { Finding } from './finding.js';
import { direction } from './nodule.js';
import type { Keep } from './place.js';
import { ball } from './simple-paints.js';

export function abdominalFindings(f: Finding, r: Random, keep: Keep, paints: Paint[]): void {
  const size = f.sizeMm ?? 10;
  switch (f.name) {
    case 'liver_lesion':
    case 'liver_cyst': {
      const name = f.name;
      for (let i = 0; i < (f.count ?? 1); i++) {
        const radius = (size * (i === 0 ? 1 : r.uniform(0.5, 0.9))) / 2;
        const centre = insideLiver(r, radius);
        keep({ kind: name, centre, reachMm: radius, sizeMm: radius * 2 }, (instance) => [
          ball(47, centre, radius, name === 'liver_cyst' ? 'fluid' : 'metastasis', {
            instance,
            softMm: name === 'liver_cyst' ? 0 : 4,
          }),
          ...(name === 'liver_lesion' && radius > 9
            ? [ball(48, centre, radius * 0.45, 'necrosis', { softMm: 3 })]
            : []),
        ]);
      }
      return;
    }
    case 'renal_cyst':
    case 'kidney_stone': {
      const side = f.side === 'left' ? 1 : -1;
      const c = kidneyCentre(side);
      const cyst = f.name === 'renal_cyst';
      const kind = f.name;
      const radius = size / 2;
      const centre: Vec3 = cyst
        ? [c[0] + side * (24 + radius * 0.3), c[1] + r.uniform(-12, 12), c[2] + r.uniform(-30, 30)]
        : [c[0] - side * 6, c[1] - 6, c[2] + r.uniform(-18, 18)];
      keep({ kind, centre, reachMm: radius, sizeMm: size }, (instance) => [
        ball(48, centre, radius, cyst ? 'fluid' : 'calcium', { instance }),
      ]);
      return;
    }
    case 'gallstones':
      for (let i = 0; i < (f.count ?? 1); i++) {
        const radius = (size * r.uniform(0.7, 1)) / 2;
        const centre = add(abdomenAnchors.gallbladder, [r.uniform(-6, 6), 10 - radius, r.uniform(-9, 9)]);
        keep({ kind: 'gallstone', centre, reachMm: radius, sizeMm: radius * 2 }, (instance) => [
          ball(49, centre, radius, 'calcium', { instance, strength: 0.6 }),
        ]);
      }
      return;
    case 'ascites': {
      // fluid takes the place of the fat around the liver and in the flanks
      const grow = 3 + 5 * f.severity;
      const box = { low: [-150, -110, -330] as Vec3, high: [150, 95, -80] as Vec3 };
      const torso = new Torso({ fatMm: 10, muscle: 1, breast: 0, mediastinalFatMm: 3 });
      const shape = custom(box, 8, (x, y, z) => {
        torso.locate(x, y, z);
        const flank = Math.max(-torso.cavity - grow * (1 + 0.01 * y), 30 - Math.abs(x));
        return Math.min(liverShape.signed(x, y, z) - grow, flank);
      });
      paints.push({ order: 19, shape, tissue: tissue('effusion'), clip: 'abdomen', label: 0 });
      return;
    }
    default:
  }
}

function insideLiver(r: Random, radius: number): Vec3 {
  for (let i = 0; i < 400; i++) {
    const p: Vec3 = [r.uniform(-140, 50), r.uniform(-100, 80), r.uniform(-250, -100)];
    if (liverShape.signed(p[0], p[1], p[2]) < -radius - 6) return p;
  }
  return add([-80, -10, -170], scale(direction(r), 10));
}

/** Changes of the tissue table that findings ask for: a fatty liver is darker in every phase. */
export function applyTissueChanges(table: TissueTable, findings: readonly Finding[]): void {
  const fatty = findings.find((f) => f.name === 'hepatic_steatosis');
  if (fatty !== undefined) table.mean[tissue('liver')]! -= 12 + 11 * fatty.severity;
}
