import { Random } from '@tomograph/kernel';
import { expect, it, describe as suite } from 'vitest';
import {
  coOccurrence,
  describe,
  findingNames,
  NORMAL_SHARE,
  patterns,
  prevalence,
  sampleFindings,
} from './finding.js';

const studies = Array.from({ length: 6000 }, (_, seed) => sampleFindings(new Random(seed, 'phantom')));

suite('sampled findings', () => {
  it('leave at least 40 % of the studies normal', () => {
    const normal = studies.filter((s) => s.length === 0).length / studies.length;
    expect(normal).toBeGreaterThanOrEqual(0.4);
    expect(normal).toBeLessThan(0.5);
    expect(NORMAL_SHARE).toBeGreaterThanOrEqual(0.4);
  });

  it('occur as often as the patterns say, within three standard errors and mostly within two', () => {
    let beyondTwo = 0;
    for (const name of findingNames) {
      const p = prevalence(name);
      const seen = studies.filter((s) => s.some((f) => f.name === name)).length / studies.length;
      const error = Math.sqrt((p * (1 - p)) / studies.length);
      expect(Math.abs(seen - p), name).toBeLessThan(3.3 * error);
      if (Math.abs(seen - p) > 2 * error) beyondTwo++;
    }
    expect(beyondTwo).toBeLessThanOrEqual(4); // 5 % of 27 findings is 1.4
  });

  it('go together: effusion with cardiomegaly far more than by chance', () => {
    const together = studies.filter(
      (s) => s.some((f) => f.name === 'cardiomegaly') && s.some((f) => f.name === 'pleural_effusion'),
    );
    const expected = coOccurrence('cardiomegaly', 'pleural_effusion');
    expect(expected).toBeGreaterThan(2 * prevalence('cardiomegaly') * prevalence('pleural_effusion'));
    expect(together.length / studies.length).toBeCloseTo(expected, 1);
  });

  it('cover the 18 chest findings and abdominal ones', () => {
    expect(findingNames.length).toBeGreaterThanOrEqual(25);
    expect(patterns.reduce((s, p) => s + p.weight, 0)).toBeCloseTo(1, 9);
    for (const name of findingNames)
      expect(
        studies.some((s) => s.some((f) => f.name === name)),
        name,
      ).toBe(true);
  });

  it('put the side of a lobe where the lobe is', () => {
    for (const f of studies.flat()) {
      if (f.lobe !== undefined && f.side !== undefined && f.side !== 'bilateral') {
        expect(f.side).toBe(f.lobe.startsWith('R') ? 'right' : 'left');
      }
    }
  });

  it('do not depend on each other’s draws', () => {
    const a = describe('lung_nodule', new Random(1).fork('lung_nodule'));
    const random = new Random(1);
    random.uniform();
    expect(describe('lung_nodule', random.fork('lung_nodule'))).toEqual(a);
  });
});
