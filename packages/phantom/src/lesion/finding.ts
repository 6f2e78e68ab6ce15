// What can be wrong, how often, and what goes with what. Structured findings only; their shapes and words are elsewhere.
import type { Random } from '@tomograph/kernel';
import type { LobeName } from '../body/torso.js';

/** The 18 chest findings of CT-RATE, then abdominal ones. */
export const findingNames = [
  'medical_material',
  'arterial_wall_calcification',
  'cardiomegaly',
  'pericardial_effusion',
  'coronary_artery_wall_calcification',
  'hiatal_hernia',
  'lymphadenopathy',
  'emphysema',
  'atelectasis',
  'lung_nodule',
  'lung_opacity',
  'pulmonary_fibrotic_sequela',
  'pleural_effusion',
  'mosaic_attenuation_pattern',
  'peribronchial_thickening',
  'consolidation',
  'bronchiectasis',
  'interlobular_septal_thickening',
  'hepatic_steatosis',
  'liver_lesion',
  'liver_cyst',
  'gallstones',
  'renal_cyst',
  'kidney_stone',
  'splenomegaly',
  'aortic_aneurysm',
  'ascites',
] as const;
export type FindingName = (typeof findingNames)[number];
export type Side = 'left' | 'right' | 'bilateral';

export interface Finding {
  readonly name: FindingName;
  readonly side?: Side;
  readonly lobe?: LobeName;
  /** 1 mild, 2 moderate, 3 severe. */
  readonly severity: 1 | 2 | 3;
  readonly sizeMm?: number;
  readonly count?: number;
  /** Sub-kind, e.g. which device. */
  readonly kind?: string;
  /** Expected to be visible on a frontal X-ray. */
  readonly visibleOnXray: boolean;
}

/** Share of studies drawn as normal; a few of the others turn out normal too. */
export const NORMAL_SHARE = 0.42;

type Odds = Readonly<Partial<Record<FindingName, number>>>;

/** Disease patterns: a study that is not normal follows one, which makes findings co-occur. Weights sum to 1. */
export const patterns: readonly { readonly name: string; readonly weight: number; readonly odds: Odds }[] = [
  {
    name: 'obstructive',
    weight: 0.2,
    odds: {
      emphysema: 0.85,
      peribronchial_thickening: 0.5,
      bronchiectasis: 0.3,
      mosaic_attenuation_pattern: 0.3,
      lung_nodule: 0.35,
      coronary_artery_wall_calcification: 0.4,
      arterial_wall_calcification: 0.4,
      pulmonary_fibrotic_sequela: 0.25,
      atelectasis: 0.15,
    },
  },
  {
    name: 'cardiac failure',
    weight: 0.18,
    odds: {
      cardiomegaly: 0.85,
      pleural_effusion: 0.7,
      interlobular_septal_thickening: 0.5,
      pericardial_effusion: 0.3,
      lung_opacity: 0.25,
      atelectasis: 0.35,
      coronary_artery_wall_calcification: 0.55,
      arterial_wall_calcification: 0.55,
      medical_material: 0.4,
      ascites: 0.15,
    },
  },
  {
    name: 'infection',
    weight: 0.2,
    odds: {
      consolidation: 0.65,
      lung_opacity: 0.6,
      pleural_effusion: 0.25,
      lymphadenopathy: 0.25,
      peribronchial_thickening: 0.3,
      atelectasis: 0.2,
    },
  },
  {
    name: 'oncology',
    weight: 0.2,
    odds: {
      lung_nodule: 0.8,
      lymphadenopathy: 0.6,
      pleural_effusion: 0.2,
      atelectasis: 0.2,
      medical_material: 0.3,
      liver_lesion: 0.4,
      pericardial_effusion: 0.1,
      emphysema: 0.2,
    },
  },
  {
    name: 'interstitial',
    weight: 0.08,
    odds: {
      pulmonary_fibrotic_sequela: 0.8,
      bronchiectasis: 0.45,
      interlobular_septal_thickening: 0.55,
      lung_opacity: 0.5,
      mosaic_attenuation_pattern: 0.25,
      hiatal_hernia: 0.3,
    },
  },
  {
    name: 'incidental',
    weight: 0.14,
    odds: {
      lung_nodule: 0.4,
      arterial_wall_calcification: 0.4,
      coronary_artery_wall_calcification: 0.3,
      hiatal_hernia: 0.25,
      renal_cyst: 0.3,
      liver_cyst: 0.2,
      gallstones: 0.2,
      hepatic_steatosis: 0.3,
      kidney_stone: 0.12,
      splenomegaly: 0.1,
      aortic_aneurysm: 0.1,
      atelectasis: 0.2,
      pulmonary_fibrotic_sequela: 0.2,
    },
  },
];

/** Findings that any study that is not normal may have by chance. */
const background: Odds = {
  renal_cyst: 0.08,
  liver_cyst: 0.06,
  gallstones: 0.06,
  hepatic_steatosis: 0.1,
  hiatal_hernia: 0.05,
};

/** Probability of a finding in a pattern. */
export function odds(pattern: Odds, name: FindingName): number {
  return pattern[name] ?? background[name] ?? 0.01;
}

/** Share of all studies that have the finding. */
export function prevalence(name: FindingName): number {
  return (1 - NORMAL_SHARE) * patterns.reduce((sum, p) => sum + p.weight * odds(p.odds, name), 0);
}

/** Share of all studies that have both findings. */
export function coOccurrence(a: FindingName, b: FindingName): number {
  if (a === b) return prevalence(a);
  return (
    (1 - NORMAL_SHARE) * patterns.reduce((sum, p) => sum + p.weight * odds(p.odds, a) * odds(p.odds, b), 0)
  );
}

/** The findings of a study, drawn from the patterns. */
export function sampleFindings(random: Random): Finding[] {
  const r = random.fork('findings');
  if (r.chance(NORMAL_SHARE)) return [];
  const u = r.uniform();
  let below = 0;
  const pattern =
    patterns.find((p) => {
      below += p.weight;
      return u < below;
    }) ?? patterns[0]!;
  return findingNames
    .filter((name) => r.chance(odds(pattern.odds, name)))
    .map((name) => describe(name, r.fork(name)));
}

const lungSides: readonly Side[] = ['left', 'right', 'bilateral'];

/** Fills in side, lobe, severity and size of one finding. */
export function describe(name: FindingName, r: Random): Finding {
  const severity = (1 + Math.min(2, Math.floor(r.uniform() ** 1.3 * 3))) as 1 | 2 | 3;
  const lobe = r.pick<LobeName>(['RUL', 'RML', 'RLL', 'LUL', 'LLL']);
  const side: Side = lobe.startsWith('R') ? 'right' : 'left';
  switch (name) {
    case 'lung_nodule': {
      const sizeMm = Math.round(Math.min(30, Math.max(4, Math.exp(r.normal(2.15, 0.5)))) * 10) / 10;
      return {
        name,
        lobe,
        side,
        sizeMm,
        count: r.pick([1, 1, 1, 2, 3]),
        severity: sizeMm < 8 ? 1 : sizeMm < 15 ? 2 : 3,
        visibleOnXray: sizeMm >= 12,
      };
    }
    case 'consolidation':
    case 'lung_opacity':
      return {
        name,
        lobe,
        side,
        severity,
        count: r.pick([1, 2, 3]),
        visibleOnXray: name === 'consolidation' || severity > 1,
      };
    case 'atelectasis': {
      const lower = r.pick<LobeName>(['RLL', 'LLL', 'RML', 'LUL']);
      return {
        name,
        lobe: lower,
        side: lower.startsWith('R') ? 'right' : 'left',
        severity,
        kind: r.pick(['linear', 'linear', 'subsegmental']),
        visibleOnXray: severity > 1,
      };
    }
    case 'pulmonary_fibrotic_sequela':
    case 'bronchiectasis':
      return { name, lobe, side, severity, visibleOnXray: false };
    case 'pleural_effusion': {
      const where = r.pick(lungSides);
      return { name, side: where, severity, sizeMm: 12 + 16 * severity, visibleOnXray: severity > 1 };
    }
    case 'emphysema':
    case 'mosaic_attenuation_pattern':
    case 'peribronchial_thickening':
    case 'interlobular_septal_thickening':
      return { name, side: 'bilateral', severity, visibleOnXray: name === 'emphysema' && severity === 3 };
    case 'medical_material':
      return {
        name,
        severity: 1,
        kind: r.pick(['pacemaker', 'port', 'sternal wires', 'central venous catheter']),
        visibleOnXray: true,
      };
    case 'lymphadenopathy':
      return { name, severity, sizeMm: 9 + 4 * severity, count: 1 + severity, visibleOnXray: false };
    case 'liver_lesion':
    case 'liver_cyst':
      return {
        name,
        severity,
        sizeMm: Math.round(r.uniform(8, 14) * (0.6 + 0.6 * severity)),
        count: r.pick([1, 2, 3]),
        visibleOnXray: false,
      };
    case 'renal_cyst':
    case 'kidney_stone':
      return {
        name,
        severity,
        side: r.pick(['left', 'right'] as const),
        sizeMm: name === 'renal_cyst' ? Math.round(r.uniform(12, 42)) : Math.round(r.uniform(4, 10)),
        visibleOnXray: false,
      };
    case 'gallstones':
      return {
        name,
        severity,
        sizeMm: Math.round(r.uniform(4, 14)),
        count: r.pick([1, 2, 3, 4]),
        visibleOnXray: false,
      };
    case 'cardiomegaly':
      return { name, severity, visibleOnXray: true };
    case 'hiatal_hernia':
      return { name, severity, visibleOnXray: severity === 3 };
    case 'aortic_aneurysm':
      return { name, severity, sizeMm: 36 + 6 * severity, visibleOnXray: false };
    default:
      return { name, severity, visibleOnXray: false };
  }
}
