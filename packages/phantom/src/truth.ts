// The truth of a scan in its own coordinates (LPS mm of that scan): boxes of instances, centrelines, landmarks.
// Everything starts in canonical coordinates and goes through the subject's map and, for a follow-up, through phi.
import type { Grid } from '@tomograph/imaging';
import { canonicalLandmarks } from './body/landmarks.js';
import { toSubject } from './body/subject.js';
import { add, type Vec3 } from './body/vector.js';
import { invert, type SpatialMap } from './body/warp.js';
import type { Body } from './build-body.js';
import type { PlacedInstance } from './lesion/place.js';

export interface ScanInstance {
  /** Number in `Phantom.instances`. */
  readonly id: number;
  readonly kind: PlacedInstance['kind'];
  readonly centreMm: Vec3;
  /** Axis-aligned box, LPS mm. */
  readonly boxMm: { readonly low: Vec3; readonly high: Vec3 };
  readonly sizeMm: number;
  readonly lobe?: string;
  readonly nodule?: PlacedInstance['nodule'];
  readonly node?: PlacedInstance['node'];
  readonly change?: PlacedInstance['change'];
}

export interface Landmark {
  readonly name: string;
  readonly pointMm: Vec3;
  readonly canonicalMm: Vec3;
  /** Exists in every subject under this name. */
  readonly shared: boolean;
  readonly isoContrast: boolean;
  readonly insideField: boolean;
}

export interface AirwayBranch {
  readonly id: number;
  readonly parent: number;
  readonly generation: number;
  readonly name: string;
  readonly lobe?: string;
  readonly airwayClass: 1 | 2 | 3;
  readonly fromMm: Vec3;
  readonly toMm: Vec3;
  readonly radiusMm: number;
  readonly broken?: 'plug' | 'gap';
  readonly annotated: boolean;
}

export interface VesselBranch {
  readonly kind: 'artery' | 'vein';
  readonly parent: number;
  readonly fromMm: Vec3;
  readonly toMm: Vec3;
  readonly radiusMm: number;
}

/** Canonical -> scan mm. */
export type Placement = (canonical: Vec3) => Vec3;

export function placement(body: Body, followUp?: SpatialMap): Placement {
  return (canonical) => {
    const subject = toSubject(body.subject, canonical);
    return followUp === undefined ? subject : invert(followUp, subject).point;
  };
}

export function scanInstances(body: Body, place: Placement): ScanInstance[] {
  return body.lesions.instances.map((one) => {
    const { reachMm: r, centre } = one;
    // the map is close to affine over a lesion: the ends of the ball's diameters give its box
    const faces: Vec3[] = [0, 1, 2].flatMap((axis) =>
      [-1, 1].map((s) => [0, 1, 2].map((k) => (k === axis ? s : 0)) as unknown as Vec3),
    );
    const points = faces.map((d) => place(add(centre, [d[0] * r, d[1] * r, d[2] * r])));
    const extreme = (pick: (...v: number[]) => number) =>
      [0, 1, 2].map((k) => pick(...points.map((p) => p[k]!))) as unknown as Vec3;
    return {
      id: one.id,
      kind: one.kind,
      centreMm: place(centre),
      boxMm: { low: extreme(Math.min), high: extreme(Math.max) },
      sizeMm: one.sizeMm,
      ...(one.lobe === undefined ? {} : { lobe: one.lobe }),
      ...(one.nodule === undefined ? {} : { nodule: one.nodule }),
      ...(one.node === undefined ? {} : { node: one.node }),
      ...(one.change === undefined ? {} : { change: one.change }),
    };
  });
}

export function scanLandmarks(body: Body, place: Placement, grid: Grid): Landmark[] {
  const a = grid.affine as number[];
  const inside = (p: Vec3) =>
    [0, 1, 2].every((k) => {
      const index = (p[k]! - a[4 * k + 3]!) / a[5 * k]!;
      return index >= -0.5 && index <= grid.size[k]! - 0.5;
    });
  return canonicalLandmarks(body.airways, body.vessels).map(({ name, point, shared, isoContrast }) => {
    const pointMm = place(point);
    return { name, pointMm, canonicalMm: point, shared, isoContrast, insideField: inside(pointMm) };
  });
}

export function scanAirways(body: Body, place: Placement): AirwayBranch[] {
  return body.airways.branches.map((b) => ({
    id: b.id,
    parent: b.parent,
    generation: b.generation,
    name: b.name,
    ...(b.lobe === undefined ? {} : { lobe: b.lobe }),
    airwayClass: b.airwayClass,
    fromMm: place(b.from),
    toMm: place(b.to),
    radiusMm: (b.radius + b.endRadius) / 2,
    ...(b.broken === undefined ? {} : { broken: b.broken }),
    annotated: b.annotated,
  }));
}

export function scanVessels(body: Body, place: Placement): VesselBranch[] {
  return body.vessels.map((v) => ({
    kind: v.kind,
    parent: v.parent,
    fromMm: place(v.from),
    toMm: place(v.to),
    radiusMm: (v.radius + v.endRadius) / 2,
  }));
}
