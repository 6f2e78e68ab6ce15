// Named places of the body in canonical mm. `shared` ones exist in every subject (inter-subject correspondence); the others,
// distal bifurcations, are the same place only in scans of one subject.
import type { AirwayTree } from '../lung/airway-tree.js';
import type { VesselPiece } from '../lung/vessel-tree.js';
import { abdomenAnchors, kidneyCentre } from './abdomen.js';
import { aortaKnots, heartLandmarks, vesselCourses } from './heart-vessels.js';
import { ribCurve, vertebraZ } from './skeleton.js';
import { cavity, diaphragmZ, spineY } from './torso.js';
import type { Vec3 } from './vector.js';

export interface CanonicalLandmark {
  readonly name: string;
  readonly point: Vec3;
  readonly shared: boolean;
  /** On a border between structures that look alike in native CT. */
  readonly isoContrast: boolean;
}

export function canonicalLandmarks(tree: AirwayTree, vessels: readonly VesselPiece[]): CanonicalLandmark[] {
  const out: CanonicalLandmark[] = [];
  const add = (name: string, point: Vec3, isoContrast = false, shared = true) =>
    out.push({ name, point, shared, isoContrast });
  add('carina', [0, 2, 0]);
  for (const [name, point] of Object.entries(heartLandmarks)) add(name, point, true);
  for (const side of [-1, 1]) {
    const s = side < 0 ? 'right' : 'left';
    add(`lung_apex_${s}`, [side * 42, 16, 92]);
    const dome: Vec3 = side < 0 ? [-66, -24, diaphragmZ(-66, -24)] : [66, -18, diaphragmZ(66, -18)];
    add(`diaphragm_dome_${s}`, dome);
    const [x, y] = cavity.point(82, -150, -2);
    add(`costophrenic_angle_${s}`, [side * x, y, -150]);
    const k = kidneyCentre(side);
    add(`kidney_${s}_centre`, k);
    add(`kidney_${s}_upper_pole`, [k[0] - side * 11, k[1] - 5, k[2] + 52]);
    add(`kidney_${s}_lower_pole`, [k[0] + side * 11, k[1] + 5, k[2] - 52]);
    add(`scapula_${s}_inferior_angle`, [side * 98, 74, -66]);
    for (let i = 1; i <= 12; i++) {
      const { bone } = ribCurve(i, side);
      add(`rib_${s}_${i}_head`, bone[0]!);
      add(`rib_${s}_${i}_tip`, bone[bone.length - 1]!);
    }
  }
  for (const [name, z] of vertebraZ) add(`vertebra_${name}_centre`, [0, spineY(z), z]);
  for (const [name, point] of Object.entries(abdomenAnchors)) add(name, point, name === 'portalConfluence');
  add('aortic_arch_top', knot(aortaKnots[5]!));
  add('aortic_bifurcation', knot(aortaKnots[aortaKnots.length - 1]!), true);
  add('sternal_notch', [0, cavity.point(180, 46, 9)[1], 46]);
  add('xiphoid_tip', [0, cavity.point(180, -112, 9)[1], -112]);
  for (const [name, course] of Object.entries(vesselCourses)) {
    add(`${name}_start`, knot(course[0]!), true);
    add(`${name}_end`, knot(course[course.length - 1]!), true);
  }
  for (const branch of tree.branches) {
    if (branch.airwayClass < 3) add(`airway_${branch.name}_end`, branch.to, false, true);
    else if (branch.generation <= 7) add(`airway_${branch.name}_end`, branch.to, false, false);
  }
  vessels.forEach((piece, i) => {
    if (piece.kind === 'vein' && piece.radius > 1.4) add(`vein_${i}_end`, piece.to, false, false);
  });
  return out;
}

const knot = (k: readonly number[]): Vec3 => [k[0]!, k[1]!, k[2]!];
