// From a seed and findings to a scene: every structure of the body in canonical coordinates, with the trees and lesions
// whose truth the tests need. Independent of resolution, modality and deformation.
import type { Random } from '@tomograph/kernel';
import { abdomen } from './body/abdomen.js';
import { greatVessels, heart } from './body/heart-vessels.js';
import { label } from './body/labels.js';
import { type Paint, Scene } from './body/scene.js';
import { Capsule } from './body/shapes.js';
import { skeleton } from './body/skeleton.js';
import { breastGlands } from './body/soft-tissue.js';
import { type BodyDemands, type Subject, sampleSubject } from './body/subject.js';
import { tissue } from './body/tissue.js';
import type { Finding } from './lesion/finding.js';
import { type Lesions, placeLesions } from './lesion/place.js';
import { type AirwayOptions, type AirwayTree, growAirways } from './lung/airway-tree.js';
import { LungTerritory } from './lung/territory.js';
import { growArteries, growVeins, type VesselPiece } from './lung/vessel-tree.js';

export interface Body {
  readonly subject: Subject;
  readonly scene: Scene;
  readonly airways: AirwayTree;
  readonly vessels: readonly VesselPiece[];
  readonly lesions: Lesions;
}

export interface BodyOptions {
  /** Days since the first scan: lesions grow by their doubling time. */
  readonly days?: number;
  readonly newLesions?: number;
  readonly vanishedShare?: number;
}

export function buildBody(random: Random, findings: readonly Finding[], options: BodyOptions = {}): Body {
  const has = (name: Finding['name']) => findings.find((f) => f.name === name);
  const level = (name: Finding['name']) => has(name)?.severity ?? 0;
  const subject = sampleSubject(random, demands(level));
  const effusionMm = level('pericardial_effusion') * 6;
  const core = [
    ...heart(effusionMm),
    ...greatVessels(subject.torso.mediastinalFatMm, {
      aorta: 1 + 0.16 * level('aortic_aneurysm'),
      pulmonary: 1,
      hernia: level('hiatal_hernia') / 3,
    }),
  ];
  const obstacles = core.filter((paint) => paint.order === 12 || paint.order === 88);
  const territory = new LungTerritory(subject.torso, obstacles);
  const airways = growAirways(territory, random.fork('airways'), airwayOptions(findings));
  const vessels = [
    ...growArteries(airways, territory, random.fork('arteries')),
    ...growVeins(territory, random.fork('veins')),
  ];
  const lesions = placeLesions({
    random: random.fork('lesions'),
    findings,
    subject,
    territory,
    airways,
    vessels,
    options,
  });
  const paints = [
    ...core,
    ...abdomen(random.fork('abdomen'), subject.sex),
    ...skeleton(),
    ...breastGlands(subject.torso.breast),
    ...airwayPaints(airways),
    ...vesselPaints(vessels),
    ...lesions.paints,
  ];
  return { subject, scene: new Scene(paints), airways, vessels, lesions };
}

function demands(level: (name: Finding['name']) => number): BodyDemands {
  const heart = level('cardiomegaly');
  return {
    heart: heart > 0 ? 1.1 + 0.07 * heart : 1,
    spleen: 1 + 0.12 * level('splenomegaly'),
    hyperinflation: level('emphysema') / 3,
  };
}

function airwayOptions(findings: readonly Finding[]): AirwayOptions {
  const dilated: Record<string, number> = {};
  for (const f of findings) {
    if (f.name === 'bronchiectasis' && f.lobe !== undefined) dilated[f.lobe] = 1.35 + 0.25 * f.severity;
  }
  const thick = findings.find((f) => f.name === 'peribronchial_thickening')?.severity ?? 0;
  return { breakRate: 0.05, omitRate: 0.04, dilated, wall: 1 + 0.5 * thick };
}

function airwayPaints(tree: AirwayTree): Paint[] {
  return tree.branches.flatMap((branch): Paint[] => {
    const { from, to, radius, endRadius, wallMm } = branch;
    const isMain = branch.airwayClass === 1;
    const outer = new Capsule(from, to, radius + wallMm, endRadius + wallMm);
    const plugged = branch.broken === 'plug';
    return [
      {
        order: 12,
        shape: outer,
        tissue: tissue('fat'),
        grow: branch.generation < 3 ? 3 : 0.1,
        smooth: 12,
        clip: 'chest',
        label: 0,
      },
      { order: 104, shape: outer, tissue: tissue('airway-wall'), ...(isMain ? { label: 0 } : {}) },
      {
        order: 105,
        shape: new Capsule(from, to, radius, endRadius),
        tissue: tissue(plugged ? 'fluid' : branch.broken === 'gap' ? 'lung' : 'air'),
        airway: branch.id + 1,
        ...(isMain ? { label: label('trachea') } : {}),
      } satisfies Paint,
    ].filter((_paint, i) => i > 0 || branch.generation < 4) as Paint[];
  });
}

function vesselPaints(vessels: readonly VesselPiece[]): Paint[] {
  return vessels.map(({ kind, parent, from, to, radius, endRadius }) => ({
    // a vein's trunk goes through the wall of the left atrium (90) and ends where the chamber (92) begins
    order: kind === 'artery' ? 103 : parent < 0 ? 91 : 102,
    shape: new Capsule(from, to, radius, endRadius),
    tissue: tissue(kind === 'artery' ? 'blood-pulmonary-artery' : 'blood-pulmonary-vein'),
    vessel: kind === 'artery' ? 1 : 2,
    ...(radius > 3.4 ? { label: label(kind === 'artery' ? 'pulmonary_artery' : 'pulmonary_vein') } : {}),
  }));
}
