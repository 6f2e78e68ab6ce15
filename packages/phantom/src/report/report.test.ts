import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { describe as finding, findingNames, sampleFindings } from '../lesion/finding.js';
import { OMISSION, writeComparison, writeReport } from './report.js';
import { wordings } from './sentences.js';

describe('reports', () => {
  it('know at least five ways to say each finding, and how to deny it', () => {
    for (const name of findingNames) {
      expect(new Set(wordings[name].present).size, name).toBeGreaterThanOrEqual(5);
      expect(wordings[name].absent.length, name).toBeGreaterThanOrEqual(2);
      expect(wordings[name].impression.length, name).toBeGreaterThanOrEqual(2);
    }
  });

  it('leave no slot unfilled and no word doubled', () => {
    for (let seed = 0; seed < 200; seed++) {
      const r = new Random(seed);
      const findings = findingNames.filter(() => r.chance(0.4)).map((name) => finding(name, r.fork(name)));
      const { text } = writeReport(findings, r);
      expect(text).not.toMatch(/[{}]|undefined|NaN| {2}|\b(\w+) \1\b/);
    }
  });

  it('say present only of what is there, and absent only of what is not', () => {
    for (let seed = 0; seed < 300; seed++) {
      const random = new Random(seed, 'phantom');
      const findings = sampleFindings(random);
      const names = findings.map((f) => f.name);
      const report = writeReport(findings, random);
      for (const m of report.mentions) expect(names.includes(m.finding), m.text).toBe(m.says === 'present');
      for (const name of names) {
        const said = report.mentions.some((m) => m.finding === name);
        expect(said).toBe(!report.omitted.includes(name));
      }
    }
  });

  it('put the side, lobe and size of the truth into the words', () => {
    const truth = {
      name: 'lung_nodule',
      lobe: 'LLL',
      side: 'left',
      sizeMm: 17,
      count: 1,
      severity: 3,
      visibleOnXray: true,
    } as const;
    for (let seed = 0; seed < 30; seed++) {
      const { findings } = writeReport([truth], new Random(seed));
      expect(findings).toContain('17 mm');
      expect(findings.toLowerCase()).toMatch(/left lower lobe|lower lobe of the left lung/);
    }
  });

  it('deny explicitly, and omit mild findings at about the stated rate', () => {
    const mild = { name: 'emphysema', side: 'bilateral', severity: 1, visibleOnXray: false } as const;
    const reports = Array.from({ length: 1500 }, (_, seed) => writeReport([mild], new Random(seed)));
    const omitted = reports.filter((r) => r.omitted.length > 0).length / reports.length;
    expect(Math.abs(omitted - OMISSION)).toBeLessThan(0.025);
    const denials =
      reports.filter((r) => r.mentions.some((m) => m.says === 'absent')).length / reports.length;
    expect(denials).toBeGreaterThan(0.9);
  });

  it('call a study without findings normal in the impression', () => {
    expect(writeReport([], new Random(1)).impression).toMatch(/[Nn]ormal|No |Unremarkable/);
  });

  it('compare a follow-up with its baseline', () => {
    const report = writeReport([], new Random(1));
    const nodule = (change: 'new' | 'grown') => ({
      id: 1,
      kind: 'nodule' as const,
      centreMm: [0, 0, 0] as const,
      boxMm: { low: [0, 0, 0] as const, high: [1, 1, 1] as const },
      sizeMm: 8,
      change,
    });
    const { impression } = writeComparison(report, [nodule('new'), nodule('grown'), nodule('new')], 180);
    expect(impression).toContain('6 months earlier: 2 nodules are new, 1 nodule is larger.');
  });
});
