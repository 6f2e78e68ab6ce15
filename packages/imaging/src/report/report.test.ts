// Reports: sections, scrubbing, plausibility of text files.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readInput } from '../read/read-input.js';
import type { ReportItem } from '../read/result.js';
import { parseReport } from './parse-report.js';
import { scrub } from './scrub.js';

const text = `EXAM: CT chest
INDICATION: Cough, pneumonia?
COMPARISON: CT of 03/14/2019

FINDINGS: No pleural effusion. A 5 mm nodule in the left upper lobe.
IMPRESSION:
1. Pulmonary nodule.
2. No pneumonia.`;

describe('a report', () => {
  it('falls into sections by its headings', () => {
    expect(parseReport(text).sections.map((section) => section.name)).toEqual([
      'OTHER',
      'OTHER',
      'OTHER',
      'FINDINGS',
      'IMPRESSION',
    ]);
  });

  it('says what is there, what is not, and what was only asked', () => {
    const findings = parseReport(text).sentences.flatMap((sentence) =>
      sentence.findings.map((one) => `${sentence.section} ${one.code} ${one.polarity}`),
    );
    expect(findings).toContain('OTHER PNEUMONIA UNCERTAIN');
    expect(findings).toContain('FINDINGS PLEURAL_EFFUSION ABSENT');
    expect(findings).toContain('FINDINGS LUNG_NODULE PRESENT');
    expect(findings).toContain('IMPRESSION PNEUMONIA ABSENT');
  });

  it('numbers its sentences through all sections', () => {
    const { sentences } = parseReport(text);
    expect(sentences.map((sentence) => sentence.index)).toEqual(sentences.map((_, i) => i));
  });

  it('without headings is all findings', () => {
    expect(parseReport('Lungs are clear.').sections).toEqual([
      { name: 'FINDINGS', text: 'Lungs are clear.' },
    ]);
  });
});

describe('scrubbing', () => {
  it.each([
    ['seen on 03/14/2019 and 2019-03-14', 'seen on [date] and [date]'],
    ['CT of 14 March 2019, March 14, 2019', 'CT of [date], [date]'],
    ['at 14:35 hours', 'at [time]'],
    ['discussed with Dr. Anna Smith by phone', 'discussed with [name] by phone'],
    ['MRN: 12345678', '[removed]'],
    ['Patient name: Smith^Anna', '[removed]'],
    ['accession 20-1234567', '[number]'],
    ['call 555-123-4567', 'call [number]'],
    ['uid 1.2.840.10008.1.2.1', 'uid [number]'],
    ['mail a.b@clinic.org', 'mail [address]'],
    ['John Q. Public, M.D.', '[name]'],
    ['a 93 year old woman', 'a 90+ year old woman'],
    [
      'a 67 year old woman with a 3.1234 cm mass at T4/T5',
      'a 67 year old woman with a 3.1234 cm mass at T4/T5',
    ],
  ])('%s', (input, output) => {
    expect(scrub(input)).toBe(output);
  });

  it('takes out names that the header knew, in any case', () => {
    expect(scrub('Mrs smith was well. SMITH again; smithy not.', ['Smith^Anna'])).toBe(
      'Mrs [name] was well. [name] again; smithy not.',
    );
  });
});

describe('a text file', () => {
  const read = async (files: Record<string, string>) => {
    const folder = await mkdtemp(join(tmpdir(), 'imaging-test-'));
    try {
      for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
      return await readInput(folder, { key: new Uint8Array(32) });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  it('beside a scan is a report when it reads like one; a licence is not', async () => {
    const { items, refused } = await read({
      'report.txt': text,
      LICENSE: 'Permission is granted, free of charge.',
      'README.md': 'x',
    });
    expect(items.map((item) => item.kind)).toEqual(['REPORT']);
    expect((items[0] as ReportItem).report.text).not.toContain('2019');
    expect(refused.map((one) => one.code)).toEqual(['FORMAT_UNKNOWN', 'FORMAT_UNKNOWN']);
  });
});
