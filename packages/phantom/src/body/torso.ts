// The parent frame that every organ hangs on: skin, chest wall, pleural and peritoneal cavity, diaphragm, lungs, fissures.
// Evaluated point by point in canonical coordinates (LPS mm, origin at the carina). Holds no voxels.
import { cavityRows, Profile, trunkRows } from './profile.js';
import { Capsule } from './shapes.js';

export const lobeNames = ['RUL', 'RML', 'RLL', 'LUL', 'LLL'] as const;
export type LobeName = (typeof lobeNames)[number];

/** What of the trunk varies from subject to subject beyond the smooth warp. */
export interface TorsoShape {
  /** Subcutaneous fat at the belly, mm; the chest has about half. */
  readonly fatMm: number;
  /** Muscle wall of the chest relative to the reference. */
  readonly muscle: number;
  /** 0 = none; 1 = medium breasts. */
  readonly breast: number;
  /** Fat between the mediastinal organs, mm. */
  readonly mediastinalFatMm: number;
}

export const trunk = new Profile(trunkRows);
export const cavity = new Profile(cavityRows);

/** Upper arm of a supine patient with arms up, around the humerus of skeleton.ts; leaves through the top of a chest scan. */
const raisedArm = new Capsule([156, 10, 84], [152, -10, 210], 41, 44);

/** y of the centres of the vertebral bodies at height z: thoracic kyphosis, lumbar lordosis. */
const spineRows: readonly (readonly [number, number])[] = [
  [-480, 62],
  [-420, 56],
  [-375, 42],
  [-330, 27],
  [-280, 22],
  [-230, 26],
  [-180, 34],
  [-120, 42],
  [-60, 46],
  [0, 43],
  [50, 36],
  [100, 26],
  [150, 18],
  [200, 18],
];

export function spineY(z: number): number {
  let i = 0;
  while (i + 2 < spineRows.length && z > spineRows[i + 1]![0]) i++;
  const [z0, y0] = spineRows[i]!;
  const [z1, y1] = spineRows[i + 1]!;
  const t = Math.min(1, Math.max(0, (z - z0) / (z1 - z0)));
  const before = spineRows[Math.max(0, i - 1)]![1];
  const after = spineRows[Math.min(spineRows.length - 1, i + 2)]![1];
  return (
    y0 +
    0.5 *
      t *
      (y1 - before + t * (2 * before - 5 * y0 + 4 * y1 - after + t * (3 * (y0 - y1) + after - before)))
  );
}

/** Height of the diaphragm above (x, y): two domes, the right one higher, falling into the costophrenic recesses. */
export function diaphragmZ(x: number, y: number): number {
  const ux = (x + 66) / 72;
  const uy = (y + 24) / 72;
  const right = -93 - (x < -66 ? 74 : 42) * ux * ux - (y > -24 ? 54 : 44) * uy * uy;
  const vx = (x - 66) / 72;
  const vy = (y + 18) / 72;
  const left = -99 - (x > 66 ? 66 : 46) * vx * vx - (y > -18 ? 54 : 44) * vy * vy;
  // smooth maximum over 16 mm, so that the domes meet in a central tendon and not in a crease
  const h = Math.max(0, 16 - Math.abs(right - left)) / 16;
  return Math.max(right, left) + h * h * 4;
}

/** Mutable answer of `Torso.locate`, reused from point to point so that the voxel loop allocates nothing. */
export class Torso {
  body = 0;
  cavity = 0;
  /** Signed distance to the lungs' pleural surface (mediastinal organs are painted over it later). */
  lung = 0;
  /** Signed, positive above the diaphragm. */
  aboveDiaphragm = 0;
  /** Index into lobeNames of the nearest lobe. */
  lobe = 0;
  /** Distance to the nearest fissure, mm. */
  fissure = 0;
  fat = 0;
  wall = 0;

  constructor(readonly shape: TorsoShape) {}

  locate(x: number, y: number, z: number): void {
    const { shape } = this;
    const ax = Math.abs(x);
    const cav = insideRibs(x, y, z);
    let body = trunk.signed(x, y, z);
    // belly fat grows the front more than the back, and the chest half as much
    const belly = z < -150 ? 1 : z > 0 ? 0.45 : 0.45 + (0.55 * -z) / 150;
    const front = y < -40 ? 1 : y > 60 ? 0.7 : 1 - 0.003 * (y + 40);
    const fat = 3 + shape.fatMm * belly * front;
    body -= (fat - 10) * 0.9;
    if (shape.breast > 0 && z > -130 && z < 10 && y < -60) {
      const bx = (ax - 78) / (52 + 8 * shape.breast);
      const by = (y + 104) / (20 + 22 * shape.breast);
      const bz = (z + 62) / (48 + 8 * shape.breast);
      const f = Math.sqrt(bx * bx + by * by + bz * bz);
      const d = (f - 1) * 34;
      const h = Math.max(0, 14 - Math.abs(body - d)) / 14;
      body = Math.min(body, d) - h * h * 3.5;
    }
    this.wall = wallMm(ax, y, z) * shape.muscle;
    if (z > 25) {
      const arm = raisedArm.signed(ax, y, z) - (fat - 8) * 0.5;
      const h = Math.max(0, 18 - Math.abs(body - arm)) / 18;
      body = Math.min(body, arm) - h * h * 4.5;
      if (arm < 0) this.wall = Math.max(this.wall, cav + 1); // muscle fills it up to its fat
    }
    this.body = body;
    this.cavity = cav;
    this.fat = fat;
    if (cav > 30 || z > 120) {
      this.lung = 60;
      this.aboveDiaphragm = z + 150;
      return;
    }
    const dz = diaphragmZ(x, y);
    // the surface is steep at the sides: divide by its slope to get a distance
    const sx = (x < 0 ? x + 66 : x - 66) / 40;
    const sy = (y + 20) / 52;
    this.aboveDiaphragm = (z - dz) / Math.sqrt(1 + sx * sx + sy * sy);
    this.locateLung(x, y, z, cav);
  }

  private locateLung(x: number, y: number, z: number, cav: number): void {
    // the mediastinal septum: thin in front of the heart, wide at the apex and at the spine
    const apex = z > 40 ? (z - 40) * 0.34 : 0;
    const middle = y > -78 && y < 40 ? 9 : 0;
    const septum = 5 + apex + middle * (1 - ((y + 19) / 59) ** 2) + (y > 40 ? 8 : 0);
    const mid = z < 20 ? 4 : 0;
    const medial = septum - Math.abs(x - mid);
    this.lung = Math.max(cav + 1.5, -this.aboveDiaphragm + 1.5, medial);
    if (x < mid) {
      const bend = ((x + 75) / 70) ** 2;
      const major = (z - (-47 + 0.87 * y + 7 * bend)) * 0.754;
      const minor = z - (-36 + 0.06 * (x + 70) - 0.07 * (y + 50) - 5 * bend);
      if (major < 0) {
        this.lobe = 2;
        this.fissure = -major;
      } else {
        this.lobe = minor < 0 ? 1 : 0;
        this.fissure = Math.min(major, Math.abs(minor));
      }
    } else {
      const bend = ((x - 75) / 70) ** 2;
      const major = (z - (-44 + 0.95 * y + 6 * bend)) * 0.725;
      this.lobe = major < 0 ? 4 : 3;
      this.fissure = Math.abs(major);
    }
  }
}

/**
 * Signed distance to the inner surface of ribs and abdominal wall: the profile, less the wedge of the spine and its
 * transverse processes, which leaves the lungs a gutter on either side.
 */
export function insideRibs(x: number, y: number, z: number): number {
  const cav = cavity.signed(x, y, z);
  const behind = y - spineY(z);
  if (behind < -12 || cav > 40) return cav;
  const wedge = Math.min((17 + 0.62 * behind - Math.abs(x)) * 0.85, behind + 12);
  const h = Math.max(0, 12 - Math.abs(cav - wedge)) / 12;
  return Math.max(cav, wedge) + h * h * 3;
}

/** Thickness of the muscle between the cavity and the subcutaneous fat, mm. */
function wallMm(ax: number, y: number, z: number): number {
  let wall = 15;
  if (z > -40 && z < 75 && y < -30) wall += 17 * bump((z - 18) / 62) * bump((ax - 74) / 66); // pectoralis
  if (z > -120 && z < 100 && y > 0) wall += 20 * bump((z - 10) / 120) * bump((ax - 104) / 80); // scapular
  if (z > -130 && z < 110 && ax > 70) wall += 24 * bump((z - 28) / 110) * bump((y - 12) / 70); // latissimus, axillary fold
  if (z > 35) wall += (z - 35) * 1.1; // shoulder girdle and neck: muscle fills the section
  if (z < -340) wall += (-340 - z) * 0.5; // gluteal
  return wall;
}

function bump(t: number): number {
  const f = 1 - t * t;
  return f > 0 ? f * f : 0;
}
