// Pulmonary arteries beside the bronchi, veins between the segments. Trees as lists of tapering pieces, canonical mm.
import type { Random } from '@tomograph/kernel';
import { vesselCourses } from '../body/heart-vessels.js';
import type { LobeName } from '../body/torso.js';
import {
  add,
  distance,
  dot,
  mix,
  normalise,
  perpendicular,
  scale,
  subtract,
  type Vec3,
} from '../body/vector.js';
import { type AirwayTree, type Branch, clampAngle, mean, splitPoints } from './airway-tree.js';
import type { LungTerritory } from './territory.js';

export interface VesselPiece {
  readonly kind: 'artery' | 'vein';
  /** Index of the piece it comes from; -1 at the root. */
  readonly parent: number;
  readonly from: Vec3;
  readonly to: Vec3;
  readonly radius: number;
  readonly endRadius: number;
  readonly lobe: LobeName | undefined;
  /** The bronchus it accompanies (arteries only). */
  readonly bronchus?: number;
}

const MIN_RADIUS = 0.42;

export function growArteries(tree: AirwayTree, territory: LungTerritory, random: Random): VesselPiece[] {
  const pieces: VesselPiece[] = [];
  const pieceOf = new Map<number, number>();
  const sideOf = new Map<number, Vec3>();
  for (const branch of tree.branches) {
    if (branch.generation < 2 || branch.name.startsWith('trachea')) continue;
    const left = branch.to[0] > 0;
    const course = left ? vesselCourses.leftPulmonary : vesselCourses.rightPulmonary;
    const hub = course[course.length - 1]!;
    const along = normalise(subtract(branch.to, branch.from));
    const before =
      sideOf.get(branch.parent) ?? (left ? ([0.4, 0.2, 1] as Vec3) : ([-0.3, -0.8, 0.4] as Vec3));
    const flat = subtract(before, scale(along, dot(before, along)));
    const side = normalise(dot(flat, flat) > 0.01 ? flat : perpendicular(along));
    sideOf.set(branch.id, side);
    const radius = arteryRadius(branch);
    const offset = radius + branch.radius + branch.wallMm + 0.3;
    const parent = pieceOf.get(branch.parent);
    const from: Vec3 = parent === undefined ? [hub[0], hub[1], hub[2]] : pieces[parent]!.to;
    pieceOf.set(branch.id, pieces.length);
    pieces.push({
      kind: 'artery',
      parent: parent ?? -1,
      from,
      to: add(branch.to, scale(side, offset)),
      radius: parent === undefined ? radius * 1.1 : Math.min(pieces[parent]!.endRadius, radius),
      endRadius: radius * 0.93,
      lobe: branch.lobe,
      bronchus: branch.id,
    });
  }
  for (const end of tree.ends) {
    const at = pieceOf.get(end.branch.id);
    if (at !== undefined)
      extend(
        pieces,
        at,
        end.points,
        end.normal,
        territory,
        random.fork(`end-${end.branch.id}`),
        end.branch.lobe,
      );
  }
  return pieces;
}

/** Artery beside a bronchus: about as wide as the bronchus with its wall (bronchoarterial ratio near 0.8). */
const arteryRadius = (branch: Branch): number =>
  Math.max(MIN_RADIUS, branch.radius * 0.98 + branch.wallMm * 0.3);

// Veins enter the left atrium: trunk, and the lobes each drains.
const trunks: readonly (readonly [from: Vec3, to: Vec3, radius: number, lobes: readonly LobeName[]])[] = [
  [[-20, -14, -50], [-42, -22, -42], 7, ['RUL', 'RML']],
  [[-18, -6, -66], [-44, 4, -74], 6.5, ['RLL']],
  [[30, -16, -48], [50, -20, -40], 6.8, ['LUL']],
  [[30, -6, -64], [50, 6, -72], 6.5, ['LLL']],
];

export function growVeins(territory: LungTerritory, random: Random): VesselPiece[] {
  const pieces: VesselPiece[] = [];
  for (const [from, to, radius, lobes] of trunks) {
    const trunk = pieces.length;
    pieces.push({
      kind: 'vein',
      parent: -1,
      from,
      to,
      radius: radius * 1.1,
      endRadius: radius,
      lobe: undefined,
    });
    for (const lobe of lobes) {
      const r = random.fork(`vein-${lobe}`);
      const points = territory.sample(lobe, 460, r.fork('points'), 5);
      if (points.length === 0) continue;
      const share = lobes.length > 1 ? 0.78 : 0.9;
      const aim = normalise(subtract(mean(points), to));
      const end = add(to, scale(aim, 14));
      pieces.push({
        kind: 'vein',
        parent: trunk,
        from: to,
        to: end,
        radius: radius * share,
        endRadius: radius * share * 0.9,
        lobe,
      });
      extend(pieces, pieces.length - 1, points, perpendicular(aim), territory, r, lobe);
    }
  }
  return pieces;
}

/** Fills the points with further pieces until each is reached or the vessel is too thin to see. */
function extend(
  pieces: VesselPiece[],
  at: number,
  points: readonly Vec3[],
  normal: Vec3,
  territory: LungTerritory,
  r: Random,
  within?: LobeName,
): void {
  const piece = pieces[at]!;
  if (points.length === 0) return;
  const grow = (half: readonly Vec3[], ratio: number, turned: Vec3) => {
    const centre = mean(half);
    const far = distance(centre, piece.to);
    const along = normalise(subtract(piece.to, piece.from));
    const aim = clampAngle(along, normalise(subtract(centre, piece.to)), 0.12, half.length > 6 ? 1.0 : 1.3);
    let reach = half.length === 1 ? Math.min(far * 0.85, 16) : Math.min(Math.max(3.5, far * 0.45), 24);
    let to = add(piece.to, scale(aim, reach));
    for (let tries = 0; tries < 3; tries++) {
      const there = territory.depth(to);
      if (there.depthMm > 2 && (within === undefined || there.lobe === within)) break;
      reach *= 0.55;
      to = add(piece.to, scale(mix(aim, normalise(subtract(centre, piece.to)), 0.6), reach));
    }
    if (territory.depth(to).depthMm < 1 && piece.lobe !== undefined && piece.endRadius < 2) return;
    // Murray: the calibre follows what the vessel feeds, never above its parent's
    const radius = Math.min(
      piece.endRadius,
      Math.max(piece.endRadius * ratio * 0.6, 0.68 * half.length ** 0.37),
    );
    pieces.push({
      kind: piece.kind,
      parent: at,
      from: piece.to,
      to,
      radius,
      endRadius: radius * 0.92,
      lobe: piece.lobe,
    });
    if (half.length > 1) extend(pieces, pieces.length - 1, half, turned, territory, r, within);
  };
  if (points.length === 1) {
    grow(points, 0.85, normal);
    return;
  }
  const halves = splitPoints(piece, points, normal, r);
  for (const half of halves.points) {
    grow(
      half,
      half.length >= points.length / 2 ? r.uniform(0.82, 0.9) : r.uniform(0.72, 0.84),
      halves.normal,
    );
  }
}
