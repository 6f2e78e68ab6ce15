// Lymph nodes in the IASLC stations, and the look-alikes that each station has of its own.
// Station regions are boxes about the carina, arch and hila (Rusch et al., J Thorac Oncol 2009;4:568-577, simplified).
import type { Random } from '@tomograph/kernel';
import type { Paint } from '../body/scene.js';
import { axes, Capsule, ellipsoid } from '../body/shapes.js';
import { clamp } from '../body/subject.js';
import { tissue } from '../body/tissue.js';
import { add, scale, type Vec3 } from '../body/vector.js';
import { direction } from './nodule.js';

export interface Station {
  readonly id: string;
  /** Super-station: 0 upper, 1 paratracheal and prevascular, 2 aortic, 3 subcarinal and lower, 4 hilar. */
  readonly group: 0 | 1 | 2 | 3 | 4;
  readonly low: Vec3;
  readonly high: Vec3;
  /** What may be taken for a node here: a bright tube, a dark recess of fluid, a round bright vessel, a fat-poor strand. */
  readonly lookAlike: 'tube' | 'recess' | 'vessel-on-end' | 'strand';
}

/** Regions in canonical mm. */
export const stations: readonly Station[] = [
  { id: '1R', group: 0, low: [-40, -32, 88], high: [-16, -2, 108], lookAlike: 'vessel-on-end' },
  { id: '1L', group: 0, low: [32, -32, 88], high: [48, -2, 108], lookAlike: 'vessel-on-end' },
  { id: '2R', group: 0, low: [-22, -22, 56], high: [-8, 6, 80], lookAlike: 'tube' },
  { id: '2L', group: 0, low: [10, -14, 56], high: [22, 8, 80], lookAlike: 'tube' },
  { id: '3a', group: 1, low: [-14, -72, 0], high: [14, -62, 42], lookAlike: 'strand' },
  { id: '4R', group: 1, low: [-24, -24, 0], high: [-9, 6, 40], lookAlike: 'recess' },
  { id: '4L', group: 1, low: [11, -10, 0], high: [20, 8, 26], lookAlike: 'recess' },
  { id: '5', group: 2, low: [22, -26, 4], high: [38, -8, 24], lookAlike: 'tube' },
  { id: '6', group: 2, low: [8, -62, 4], high: [32, -42, 34], lookAlike: 'strand' },
  { id: '7', group: 3, low: [-14, -4, -44], high: [22, 10, -16], lookAlike: 'recess' },
  { id: '8', group: 3, low: [-8, 16, -120], high: [12, 28, -60], lookAlike: 'vessel-on-end' },
  { id: '9R', group: 3, low: [-32, 4, -112], high: [-16, 16, -84], lookAlike: 'strand' },
  { id: '10R', group: 4, low: [-42, -10, -32], high: [-26, 16, -6], lookAlike: 'vessel-on-end' },
  { id: '10L', group: 4, low: [34, -8, -36], high: [50, 18, -14], lookAlike: 'vessel-on-end' },
  { id: '11R', group: 4, low: [-56, -8, -62], high: [-40, 18, -36], lookAlike: 'tube' },
  { id: '11L', group: 4, low: [48, -6, -60], high: [62, 20, -38], lookAlike: 'tube' },
];

export interface LymphNode {
  readonly station: string;
  readonly group: number;
  readonly centre: Vec3;
  readonly shortAxisMm: number;
  readonly longAxisMm: number;
  readonly malignant: boolean;
  readonly fattyHilum: boolean;
  readonly necrotic: boolean;
  readonly softEdgeMm: number;
  readonly axis: Vec3;
}

export interface LookAlike {
  readonly station: string;
  readonly kind: Station['lookAlike'];
  readonly centre: Vec3;
  readonly sizeMm: number;
}

/** Nodes of one patient: a few small ones always, enlarged ones where asked. */
export function sampleNodes(
  r: Random,
  enlarged: number,
  shortAxisMm: number,
  oncologic: boolean,
): LymphNode[] {
  const nodes: LymphNode[] = [];
  const add1 = (station: Station, short: number, sick: boolean, near?: Vec3) => {
    const malignant = sick && r.chance(oncologic ? 0.75 : 0.2);
    const aspect = malignant ? r.uniform(1, 1.5) : r.uniform(1.15, 2.3);
    const spread = near === undefined ? undefined : add(near, scale(direction(r), short * 1.1));
    const centre = [0, 1, 2].map((k) => {
      const [low, high] = [station.low[k]!, station.high[k]!];
      const margin = Math.min((high - low) / 2 - 0.5, short / 3);
      return clamp(spread?.[k] ?? r.uniform(low, high), low + margin, high - margin);
    }) as unknown as Vec3;
    nodes.push({
      station: station.id,
      group: station.group,
      centre,
      shortAxisMm: short,
      longAxisMm: Math.min(40, short * aspect),
      malignant,
      fattyHilum: !malignant && short > 5 && r.chance(0.55),
      necrotic: malignant && short > 12 && r.chance(0.45),
      softEdgeMm: r.uniform(0.5, 2),
      axis: direction(r),
    });
    return centre;
  };
  const order = r.shuffle(stations);
  for (let i = 0; i < 7; i++) add1(order[i]!, clamp(Math.exp(r.normal(Math.log(5), 0.25)), 3.5, 8.5), false);
  let previous: Vec3 | undefined;
  for (let i = 0; i < enlarged; i++) {
    const station = order[7 + Math.floor(i / 2)]!;
    const short = clamp(shortAxisMm * Math.exp(r.normal(0, 0.22)), 10, 25);
    // malignant nodes cluster: every second one lies beside the one before
    previous = add1(station, short, true, i % 2 === 1 ? previous : undefined);
  }
  return nodes;
}

export function sampleLookAlikes(r: Random, count: number): LookAlike[] {
  return r
    .shuffle(stations)
    .slice(0, count)
    .map((station) => ({
      station: station.id,
      kind: station.lookAlike,
      centre: [0, 1, 2].map((k) => r.uniform(station.low[k]!, station.high[k]!)) as unknown as Vec3,
      sizeMm: r.uniform(4, 9),
    }));
}

const ORDER = 82; // above fat and oesophagus, below the heart and great vessels, which nodes indent but do not enter

export function nodePaints(node: LymphNode, instance: number): Paint[] {
  const [a, b] = [node.longAxisMm / 2, node.shortAxisMm / 2];
  const frame = axes(node.axis);
  const shape = ellipsoid(node.centre, [a, b, b * 1.1], frame);
  const paints: Paint[] = [
    // a rim of fat sets it apart from what it touches
    { order: 13, shape, tissue: tissue('fat'), grow: 2.5, clip: 'chest', label: 0, smooth: 6 },
    { order: ORDER, shape, tissue: tissue('node'), instance, label: 0, softMm: node.softEdgeMm },
  ];
  const inner = (name: 'fat' | 'necrosis', f: number, shift: number): Paint => ({
    order: ORDER + 1,
    shape: ellipsoid(add(node.centre, scale(frame[1], b * shift)), [a * f, b * f, b * f], frame),
    tissue: tissue(name),
    softMm: 1,
  });
  if (node.fattyHilum) paints.push(inner('fat', 0.42, 0.35));
  if (node.necrotic) paints.push(inner('necrosis', 0.6, 0));
  return paints;
}

export function lookAlikePaints(l: LookAlike, r: Random): Paint[] {
  const d = direction(r);
  const half = l.kind === 'tube' || l.kind === 'strand' ? 14 : l.kind === 'vessel-on-end' ? 10 : 4;
  const along: Vec3 = l.kind === 'vessel-on-end' ? [0.1, 0.1, 0.98] : d;
  const radius = l.kind === 'strand' ? 1.2 : l.kind === 'recess' ? l.sizeMm * 0.45 : l.sizeMm * 0.38;
  const name =
    l.kind === 'recess'
      ? 'fluid'
      : l.kind === 'strand'
        ? 'connective'
        : l.kind === 'tube'
          ? 'blood-vein'
          : 'blood-left';
  return [
    {
      order: ORDER - 1,
      shape: new Capsule(
        add(l.centre, scale(along, -half)),
        add(l.centre, scale(along, half)),
        radius,
        radius * 0.9,
      ),
      tissue: tissue(name),
      label: 0,
      clip: 'chest',
    },
  ];
}
