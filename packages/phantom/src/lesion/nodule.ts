// Lung nodules: attributes, a published malignancy rule, and the paints that show the attributes.
import type { Random } from '@tomograph/kernel';
import type { Paint } from '../body/scene.js';
import { Capsule, custom, type Shape } from '../body/shapes.js';
import { clamp } from '../body/subject.js';
import { tissue } from '../body/tissue.js';
import type { LobeName } from '../body/torso.js';
import { add, normalise, scale, type Vec3 } from '../body/vector.js';

export interface NoduleAttributes {
  readonly diameterMm: number;
  readonly density: 'solid' | 'part-solid' | 'ground-glass';
  /** 0 smooth … 1 strongly spiculated, and the number of spicules. */
  readonly spiculation: number;
  readonly spicules: number;
  readonly lobulation: number;
  readonly calcification: 'none' | 'central' | 'diffuse' | 'popcorn';
  readonly pleuralTag: boolean;
  /** Vessels that converge on the nodule. */
  readonly vesselConvergence: number;
  readonly airwayCutOff: boolean;
  readonly upperLobe: boolean;
  readonly emphysema: boolean;
  readonly ageYears: number;
}

export interface Nodule extends NoduleAttributes {
  readonly malignant: boolean;
  /** Probability of malignancy under the rule: scoring by it gives the Bayes AUC. */
  readonly probability: number;
  /** Volume doubling time, days; Infinity = stable. */
  readonly doublingDays: number;
}

/** The rule, published in every manifest. Log-odds are linear; after the Brock model's signs (McWilliams, NEJM 2013). */
export const malignancyWeights = {
  intercept: -6,
  /** per natural-log unit of diameter / 8 mm */
  logDiameter: 2.1,
  spiculation: 3.6,
  lobulation: 1.2,
  partSolid: 1.0,
  groundGlass: -0.4,
  calcified: -6,
  pleuralTag: 0.8,
  vesselConvergence: 1.1,
  airwayCutOff: 1.6,
  upperLobe: 0.9,
  emphysema: 0.5,
  /** per decade above 60 */
  age: 0.4,
} as const;

export function malignancyProbability(a: NoduleAttributes): number {
  const w = malignancyWeights;
  const logit =
    w.intercept +
    w.logDiameter * Math.log(a.diameterMm / 8) +
    w.spiculation * a.spiculation +
    w.lobulation * a.lobulation +
    (a.density === 'part-solid' ? w.partSolid : a.density === 'ground-glass' ? w.groundGlass : 0) +
    (a.calcification !== 'none' ? w.calcified : 0) +
    (a.pleuralTag ? w.pleuralTag : 0) +
    w.vesselConvergence * a.vesselConvergence +
    (a.airwayCutOff ? w.airwayCutOff : 0) +
    (a.upperLobe ? w.upperLobe : 0) +
    (a.emphysema ? w.emphysema : 0) +
    (w.age * (a.ageYears - 60)) / 10;
  return 1 / (1 + Math.exp(-logit));
}

export interface NoduleSetting {
  readonly diameterMm: number;
  readonly lobe: LobeName;
  readonly emphysema: boolean;
  readonly ageYears: number;
}

/** Draws the look of a nodule, then whether it is malignant. */
export function sampleNodule(r: Random, at: NoduleSetting): Nodule {
  const worry = clamp(r.normal(0.42, 0.3) + (at.diameterMm > 10 ? 0.12 : 0), 0, 1);
  const density = r.chance(0.68) ? 'solid' : r.chance(0.5) ? 'part-solid' : 'ground-glass';
  const calcified = density === 'solid' && r.chance(0.16);
  const spiculation = r.chance(0.25 + 0.5 * worry) ? clamp(worry * r.uniform(0.5, 1.3), 0, 1) : 0;
  const attributes: NoduleAttributes = {
    diameterMm: at.diameterMm,
    density,
    spiculation,
    spicules: Math.round(6 + 10 * spiculation),
    lobulation: clamp(r.normal(0.2 + 0.4 * worry, 0.25), 0, 1),
    calcification: calcified ? r.pick(['central', 'diffuse', 'popcorn'] as const) : 'none',
    pleuralTag: r.chance(0.15 + 0.3 * worry),
    vesselConvergence: Math.round(clamp(r.normal(3 * worry, 0.9), 0, 4)),
    airwayCutOff: r.chance(0.08 + 0.3 * worry),
    upperLobe: at.lobe === 'RUL' || at.lobe === 'LUL',
    emphysema: at.emphysema,
    ageYears: at.ageYears,
  };
  const probability = malignancyProbability(attributes);
  const malignant = r.chance(probability);
  const doublingDays = malignant
    ? Math.exp(r.normal(Math.log(180), 0.5))
    : r.chance(0.75)
      ? Number.POSITIVE_INFINITY
      : Math.exp(r.normal(Math.log(900), 0.4));
  return { ...attributes, malignant, probability, doublingDays };
}

/** Surroundings that the paints reach for. */
export interface NoduleSite {
  readonly centre: Vec3;
  readonly towardsPleura: Vec3;
  readonly pleuraMm: number;
  /** Nearest vessel points, nearest first. */
  readonly vessels: readonly Vec3[];
}

const ORDER = 108;

/** @param instance number written to the instance volume */
export function nodulePaints(
  n: Nodule,
  site: NoduleSite,
  r: Random,
  instance: number,
  orderOffset: number,
): Paint[] {
  const radius = n.diameterMm / 2;
  const solidTissue = tissue(n.density === 'solid' ? 'lesion-solid' : 'lesion-ground-glass');
  const shape = lobulated(site.centre, radius, n, r.fork('surface'));
  const order = ORDER + orderOffset;
  const paints: Paint[] = [
    {
      order,
      shape,
      tissue: solidTissue,
      clip: 'lung',
      instance,
      softMm: n.density === 'ground-glass' ? 3 : 0.6,
      ...(n.density === 'ground-glass' ? { strength: 0.85 } : {}),
    },
  ];
  if (n.density === 'part-solid') {
    paints.push({
      order: order + 1,
      shape: lobulated(site.centre, radius * r.uniform(0.45, 0.65), n, r.fork('solid part')),
      tissue: tissue('lesion-solid'),
      clip: 'lung',
      instance,
    });
  }
  if (n.calcification !== 'none') {
    const grains = n.calcification === 'popcorn' ? 5 : 1;
    const size = n.calcification === 'diffuse' ? 0.75 : n.calcification === 'central' ? 0.45 : 0.22;
    for (let i = 0; i < grains; i++) {
      const off = grains === 1 ? ([0, 0, 0] as Vec3) : scale(direction(r), radius * 0.5);
      const at = add(site.centre, off);
      paints.push({
        order: order + 2,
        shape: new Capsule(at, add(at, [0, 0, 0.01]), radius * size, radius * size),
        tissue: tissue('calcium'),
        clip: 'lung',
      });
    }
  }
  for (let i = 0; i < (n.spiculation > 0 ? n.spicules : 0); i++) {
    const d = direction(r);
    const tip = add(site.centre, scale(d, radius * (1.25 + n.spiculation * r.uniform(0.3, 0.9)) + 1.5));
    paints.push({
      order: order - 1,
      shape: new Capsule(add(site.centre, scale(d, radius * 0.7)), tip, 0.16 * radius + 0.3, 0.3),
      tissue: solidTissue,
      clip: 'lung',
    });
  }
  if (n.pleuralTag && site.pleuraMm < 40) {
    const end = add(site.centre, scale(site.towardsPleura, site.pleuraMm + 2));
    paints.push({
      order: order - 1,
      shape: new Capsule(site.centre, end, 0.8, 0.6),
      tissue: tissue('scar'),
      clip: 'lung',
    });
  }
  for (const from of site.vessels.slice(0, n.vesselConvergence)) {
    paints.push({
      order: order - 1,
      shape: new Capsule(from, site.centre, 1.1, 1.2),
      tissue: tissue('blood-pulmonary-artery'),
      clip: 'lung',
      vessel: 1,
    });
  }
  return paints;
}

/** A sphere with smooth bumps; the volume stays about that of the sphere. */
function lobulated(centre: Vec3, radius: number, n: NoduleAttributes, r: Random): Shape {
  const bumps = Array.from({ length: 5 }, () => direction(r));
  const depth = 0.12 + 0.22 * n.lobulation;
  const reach = radius * 1.5;
  const [cx, cy, cz] = centre;
  return custom(
    { low: [cx - reach, cy - reach, cz - reach], high: [cx + reach, cy + reach, cz + reach] },
    radius * 0.8,
    (x, y, z) => {
      const [px, py, pz] = [x - cx, y - cy, z - cz];
      const d = Math.sqrt(px * px + py * py + pz * pz);
      if (d < 1e-6 || d > reach * 2) return d - radius;
      let swell = 0;
      for (const [bx, by, bz] of bumps) {
        const c = (px * bx + py * by + pz * bz) / d;
        if (c > 0) swell += c ** 6;
      }
      return (d - radius * (1 - depth * 0.45 + depth * Math.min(1, swell))) * 0.9;
    },
  );
}

export function direction(r: Random): Vec3 {
  return normalise([r.normal(), r.normal(), r.normal()]);
}
