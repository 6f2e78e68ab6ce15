import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { areaUnderRoc } from '../check/statistics.js';
import { render } from '../render.js';
import { malignancyProbability, type NoduleAttributes, sampleNodule } from './nodule.js';

const draw = (i: number) => {
  const r = new Random(i, 'nodule');
  return sampleNodule(r.fork('look'), {
    diameterMm: Math.min(30, Math.max(4, Math.exp(r.normal(2.15, 0.5)))),
    lobe: r.pick(['RUL', 'RML', 'RLL', 'LUL', 'LLL'] as const),
    emphysema: r.chance(0.3),
    ageYears: r.normal(58, 14),
  });
};
const nodules = Array.from({ length: 4000 }, (_, i) => draw(i));

describe('nodule malignancy', () => {
  it('has a Bayes AUC between 0.85 and 0.95: hard, and possible', () => {
    const auc = areaUnderRoc(
      nodules.map((n) => n.probability),
      nodules.map((n) => n.malignant),
    );
    expect(auc).toBeGreaterThan(0.85);
    expect(auc).toBeLessThan(0.95);
  });

  it('is neither rare nor the rule', () => {
    const share = nodules.filter((n) => n.malignant).length / nodules.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.6);
  });

  it('is calibrated: as many malignant as the probabilities say', () => {
    const expected = nodules.reduce((s, n) => s + n.probability, 0);
    const spread = Math.sqrt(nodules.reduce((s, n) => s + n.probability * (1 - n.probability), 0));
    expect(Math.abs(nodules.filter((n) => n.malignant).length - expected)).toBeLessThan(3 * spread);
  });

  it('rises with size, spicules and converging vessels, falls with calcium', () => {
    const base: NoduleAttributes = {
      diameterMm: 10,
      density: 'solid',
      spiculation: 0,
      spicules: 6,
      lobulation: 0.3,
      calcification: 'none',
      pleuralTag: false,
      vesselConvergence: 1,
      airwayCutOff: false,
      upperLobe: false,
      emphysema: false,
      ageYears: 60,
    };
    const p = (change: Partial<NoduleAttributes>) => malignancyProbability({ ...base, ...change });
    expect(p({ diameterMm: 20 })).toBeGreaterThan(p({}));
    expect(p({ spiculation: 0.8 })).toBeGreaterThan(p({}));
    expect(p({ vesselConvergence: 3 })).toBeGreaterThan(p({}));
    expect(p({ calcification: 'central' })).toBeLessThan(p({}));
  });

  it('grows fast when malignant', () => {
    const days = nodules
      .filter((n) => n.malignant)
      .map((n) => n.doublingDays)
      .sort((a, b) => a - b);
    expect(days[Math.floor(days.length / 2)]!).toBeGreaterThan(120);
    expect(days[Math.floor(days.length / 2)]!).toBeLessThan(260);
  });

  it('is drawn where the truth says, in the lobe that it names, brighter than the lung', () => {
    const p = render(12, {
      spacingMm: 2,
      fov: 'chest',
      findings: [
        {
          name: 'lung_nodule',
          lobe: 'RUL',
          side: 'right',
          sizeMm: 16,
          count: 1,
          severity: 3,
          visibleOnXray: true,
        },
      ],
    });
    const nodule = p.lesions.find((l) => l.kind === 'nodule')!;
    const a = p.volume.affine as number[];
    const [i, j, k] = [0, 1, 2].map((n) => Math.round((nodule.centreMm[n]! - a[4 * n + 3]!) / a[5 * n]!)) as [
      number,
      number,
      number,
    ];
    const at = i + p.volume.size[0] * (j + p.volume.size[1] * k);
    expect(p.instances.voxels[at]).toBe(nodule.id);
    expect(p.volume.voxels[at]!).toBeGreaterThan(-700);
    expect(nodule.centreMm[0]).toBeLessThan(0);
    let count = 0;
    for (const id of p.instances.voxels) if (id === nodule.id) count++;
    const ml = (count * 8) / 1000;
    const sphere = (Math.PI * nodule.sizeMm ** 3) / 6000;
    expect(ml / sphere).toBeGreaterThan(0.6);
    expect(ml / sphere).toBeLessThan(1.5);
  });
});
