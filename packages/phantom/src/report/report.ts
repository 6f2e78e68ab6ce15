// A report from structured findings: sentences with chosen words, explicit negations, omissions, an impression.
// The structured truth is the list of findings; `mentions` says what the text says of each.
import type { Random } from '@tomograph/kernel';
import { type Finding, type FindingName, findingNames } from '../lesion/finding.js';
import type { ScanInstance } from '../truth.js';
import { degrees, lobeWords, normalImpressions, wordings } from './sentences.js';

export interface Mention {
  readonly finding: FindingName;
  readonly says: 'present' | 'absent';
  readonly section: 'findings' | 'impression';
  readonly text: string;
}

export interface Report {
  readonly findings: string;
  readonly impression: string;
  /** Both sections with headings. */
  readonly text: string;
  readonly mentions: readonly Mention[];
  /** Present in the body and left out of the report, as real reports do with minor findings. */
  readonly omitted: readonly FindingName[];
}

/** Chance that a mild finding is not mentioned at all. */
export const OMISSION = 0.08;
const NEGATION = 0.33;
/** Chest findings that reports usually rule out by name. */
const routine: readonly FindingName[] = [
  'pleural_effusion',
  'consolidation',
  'lung_nodule',
  'cardiomegaly',
  'lymphadenopathy',
  'pericardial_effusion',
];

export function writeReport(findings: readonly Finding[], random: Random): Report {
  const r = random.fork('report');
  const mentions: Mention[] = [];
  const present = new Map(findings.map((f) => [f.name, f]));
  const omitted = findings.filter((f) => f.severity === 1 && r.chance(OMISSION)).map((f) => f.name);
  const body: Mention[] = [];
  for (const name of findingNames) {
    const finding = present.get(name);
    const words = wordings[name];
    if (finding !== undefined) {
      if (omitted.includes(name)) continue;
      body.push({
        finding: name,
        says: 'present',
        section: 'findings',
        text: fill(r.pick(words.present), finding, r),
      });
    } else if (r.chance(routine.includes(name) ? 0.75 : NEGATION * 0.4)) {
      body.push({ finding: name, says: 'absent', section: 'findings', text: r.pick(words.absent) });
    }
  }
  mentions.push(...r.shuffle(body));
  const serious = findings
    .filter((f) => !omitted.includes(f.name))
    .sort((a, b) => b.severity - a.severity)
    .filter((f, i) => i < 4 || f.severity === 3);
  const conclusions: Mention[] = serious.map((f) => ({
    finding: f.name,
    says: 'present',
    section: 'impression',
    text: fill(r.pick(wordings[f.name].impression), f, r),
  }));
  mentions.push(...conclusions);
  const findingsText = mentions
    .filter((m) => m.section === 'findings')
    .map((m) => m.text)
    .join(' ');
  const impression =
    conclusions.length > 0 ? conclusions.map((m) => m.text).join(' ') : r.pick(normalImpressions);
  return {
    findings: findingsText,
    impression,
    text: `FINDINGS: ${findingsText}\n\nIMPRESSION: ${impression}\n`,
    mentions,
    omitted,
  };
}

function fill(template: string, f: Finding, r: Random): string {
  const degree = r.pick(degrees[f.severity - 1]!);
  const count = f.count ?? 1;
  const slots: Record<string, string> = {
    degree: degree,
    side: f.side ?? 'bilateral',
    lobe: f.lobe === undefined ? 'lungs' : r.pick(lobeWords[f.lobe]),
    size: String(Math.round(f.sizeMm ?? 0)),
    kind: f.kind ?? '',
    more: count > 1 ? `, ${count} in total` : '',
  };
  const text = template.replace(/\{(\w+)\}/g, (_all, slot: string) => {
    const value = slots[slot.toLowerCase()] ?? '';
    return /^[A-Z]/.test(slot) ? capital(value) : value;
  });
  return capital(text.replace(/\b(?:a|A) (?=[aeiou])/g, (m) => (m[0] === 'A' ? 'An ' : 'an ')));
}

/** Adds what changed since the baseline: new, grown, vanished and stable nodules. */
export function writeComparison(report: Report, lesions: readonly ScanInstance[], days: number): Report {
  const months = Math.max(1, Math.round(days / 30));
  const count = (change: string) => lesions.filter((l) => l.kind === 'nodule' && l.change === change).length;
  const parts = [
    [count('new'), 'new'],
    [count('grown'), 'larger'],
    [count('vanished'), 'no longer seen'],
    [count('stable'), 'unchanged'],
  ].flatMap(([n, word]) => (n === 0 ? [] : [`${n} ${n === 1 ? 'nodule is' : 'nodules are'} ${word}`]));
  const said = parts.length > 0 ? parts.join(', ') : 'no change of the lungs';
  const comparison = `Compared with the study ${months} ${months === 1 ? 'month' : 'months'} earlier: ${said}.`;
  const impression = `${report.impression} ${comparison}`;
  return { ...report, impression, text: `FINDINGS: ${report.findings}\n\nIMPRESSION: ${impression}\n` };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
