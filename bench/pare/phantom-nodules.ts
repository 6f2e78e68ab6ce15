// Nodules of the phantom as cases: the rule of malignancy is known, vessels are labelled. Small crops, one per render.

import { Random } from '@tomograph/kernel';
import { attributeNames, type PatientCase } from '@tomograph/models';
import { type Finding, type Phantom, render } from '@tomograph/phantom';

export interface PhantomNodule extends PatientCase {
  readonly malignant: boolean;
  /** Under the rule: scoring by it gives the Bayes AUC. */
  readonly probability: number;
  readonly diameterMm: number;
}

const lobes = ['RUL', 'RML', 'RLL', 'LUL', 'LLL'] as const;
const perSubject = 4;
const extentMm = [36, 36, 16] as const;

export interface PhantomNodules {
  readonly count: number;
  readonly firstSeed: number;
  readonly log: (line: string) => void;
}

/** Malignant and benign in balance: the rule calls one in five malignant, so surplus benign nodules are left out. */
export function phantomNodules({ count, firstSeed, log }: PhantomNodules): PhantomNodule[] {
  const nodules: PhantomNodule[] = [];
  let [malignant, benign] = [0, 0];
  for (let seed = firstSeed; nodules.length < count; seed++) {
    const findings = findingsOf(seed);
    const acquisition = { noiseHu: 20 };
    // the coarsest grid allowed: only the list of nodules is wanted
    const map = render(seed, { findings, fov: 'chest', size: 5 });
    for (const lesion of map.lesions) {
      const { nodule } = lesion;
      if (nodule === undefined || nodules.length === count) continue;
      if (nodule.malignant ? malignant > benign + 4 : benign > malignant) continue;
      if (nodule.malignant) malignant++;
      else benign++;
      const crop = render(seed, {
        findings,
        fov: { centreMm: lesion.centreMm, extentMm },
        spacingMm: [0.8, 0.8, 1.25],
        acquisition,
      });
      nodules.push({
        patient: `phantom ${seed}`,
        volume: crop.volume,
        labels: labelsOf(crop, lesion.id),
        centre: lesion.centreMm,
        target: nodule.malignant ? 1 : 0,
        malignant: nodule.malignant,
        attributes: attributeNames.map(() => undefined),
        probability: nodule.probability,
        diameterMm: nodule.diameterMm,
      });
    }
  }
  log(`phantom: ${malignant} malignant and ${benign} benign nodules`);
  return nodules;
}

function findingsOf(seed: number): Finding[] {
  const random = new Random(seed, 'nodules');
  return random
    .shuffle(lobes)
    .slice(0, perSubject)
    .map((lobe) => ({
      name: 'lung_nodule',
      lobe,
      side: lobe.startsWith('R') ? 'right' : 'left',
      sizeMm: Math.round(10 * Math.min(22, Math.max(5, Math.exp(random.normal(2.25, 0.4))))) / 10,
      count: 1,
      severity: 2,
      visibleOnXray: false,
    }));
}

/** 1 the nodule, 2 vessels outside it. */
function labelsOf(crop: Phantom, id: number): PatientCase['labels'] {
  const voxels = new Uint8Array(crop.volume.voxels.length);
  for (let i = 0; i < voxels.length; i++)
    voxels[i] = crop.instances.voxels[i] === id ? 1 : crop.vessels.voxels[i]! > 0 ? 2 : 0;
  return { size: crop.volume.size, affine: crop.volume.affine, voxels };
}
