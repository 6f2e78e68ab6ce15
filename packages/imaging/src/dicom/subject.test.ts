// Who, when and what region: facts that do not identify.
import { describe, expect, it } from 'vitest';
import { bodyPartOf } from './body-part.js';
import { DicomDataset } from './dataset.js';
import { shiftDay, subjectOf } from './subject.js';
import { tag } from './tags.js';

const key = new Uint8Array(32).fill(1);

function dataset(values: Partial<Record<keyof typeof tag, string>>): DicomDataset {
  const entries = Object.entries(values) as [keyof typeof tag, string][];
  const bytes = new TextEncoder().encode(entries.map(([, value]) => value).join(''));
  const set = new DicomDataset(bytes, true);
  let offset = 0;
  for (const [name, value] of entries) {
    set.elements.set(tag[name], { vr: 'LO', offset, length: value.length });
    offset += value.length;
  }
  return set;
}

describe('age', () => {
  it.each([
    [{ PatientAge: '067Y' }, 60],
    [{ PatientAge: '093Y' }, 90],
    [{ PatientAge: '104Y' }, 90],
    [{ PatientAge: '018M' }, 0],
    [{ PatientAge: '000Y' }, null],
    [{ PatientBirthDate: '19500101', StudyDate: '20191231' }, 60],
    [{ PatientBirthDate: '20300101', StudyDate: '20191231' }, null],
    [{ PatientAge: 'about 60' }, null],
    [{}, null],
  ])('%j is band %s', (values, band) => {
    expect(subjectOf(dataset(values), key, 'x').ageBand).toBe(band);
  });
});

describe('the day', () => {
  it('goes back by 1 to 3650 days, the same for one patient, so that intervals survive', () => {
    const first = subjectOf(dataset({ PatientID: 'P1', StudyDate: '20200110' }), key, 'x');
    const second = subjectOf(dataset({ PatientID: 'P1', StudyDate: '20200310' }), key, 'x');
    const days = (Date.parse(second.shiftedDay!) - Date.parse(first.shiftedDay!)) / 86_400_000;
    expect(days).toBe(60);
    const shift = (Date.parse('2020-01-10') - Date.parse(first.shiftedDay!)) / 86_400_000;
    expect(shift).toBeGreaterThanOrEqual(1);
    expect(shift).toBeLessThanOrEqual(3650);
  });

  it('moves differently for other patients and other keys', () => {
    const day = new Date('2020-01-10T00:00:00Z');
    const shifts = ['a', 'b', 'c', 'd'].map((patient) => shiftDay(day, key, patient));
    expect(new Set([...shifts, shiftDay(day, new Uint8Array(32), 'a')]).size).toBe(5);
  });

  it('is not known when the header has none, or nonsense', () => {
    for (const StudyDate of ['', '20201399', 'yesterday', '00000000']) {
      expect(subjectOf(dataset({ StudyDate }), key, 'x').shiftedDay).toBeNull();
    }
  });
});

describe('the patient', () => {
  it('is told apart by issuer, and by study where there is no id', () => {
    const keyOf = (values: Parameters<typeof dataset>[0]) => subjectOf(dataset(values), key, 'x').patientKey;
    expect(keyOf({ PatientID: '1', IssuerOfPatientID: 'A' })).not.toBe(
      keyOf({ PatientID: '1', IssuerOfPatientID: 'B' }),
    );
    expect(keyOf({ StudyInstanceUID: '1.2' })).not.toBe(keyOf({ StudyInstanceUID: '1.3' }));
    expect(keyOf({ PatientID: '1' })).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('the body part', () => {
  it.each([
    ['CHEST', 'CHEST'],
    ['THORAX', 'CHEST'],
    ['CHEST_TO_PELVIS', 'CHEST_ABDOMEN'],
    ['CT CHEST ABDOMEN PELVIS W CONTRAST', 'CHEST_ABDOMEN'],
    ['ABDOMEN_PELVIS', 'ABDOMEN_PELVIS'],
    ['LIVER', 'ABDOMEN'],
    ['WHOLEBODY', 'WHOLE_BODY'],
    ['HEAD', 'HEAD'],
    ['EXTREMITY', 'LIMB'],
    ['JOHN SMITH', 'UNKNOWN'],
  ])('%s is %s, from a closed list', (word, part) => {
    expect(bodyPartOf([undefined, word])).toBe(part);
  });

  it('takes the most trusted word that means something', () => {
    expect(bodyPartOf(['PARTIALBODY', 'ABDOMEN', 'CHEST'])).toBe('ABDOMEN');
    expect(bodyPartOf([])).toBe('UNKNOWN');
  });
});
