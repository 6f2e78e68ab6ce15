// Who and when, without saying who or when: keyed pseudonyms, a decade of age, a day shifted by a keyed
// per-patient offset. The only place where identifying tags are read; none of their values is returned.
import { createHmac } from 'node:crypto';
import { pseudonym, type Sex, type SubjectFacts } from '@tomograph/kernel';
import type { DicomDataset } from './dataset.js';
import { tag } from './tags.js';

const dayMs = 86_400_000;
/** Days go back by 1 to 3650: intervals of one patient survive, the calendar does not. */
const maxShiftDays = 3650;

/** Facts of the patient and study of a DICOM header. `fallback` names an anonymous file (its content digest). */
export function subjectOf(dataset: DicomDataset, key: Uint8Array, fallback: string): SubjectFacts {
  const study = dataset.string(tag.StudyInstanceUID);
  const patient = dataset.string(tag.PatientID);
  const issuer = dataset.string(tag.IssuerOfPatientID) ?? '';
  const patientKey = pseudonym(
    key,
    'patient',
    patient ? `${issuer}\0${patient}` : `study\0${study ?? fallback}`,
  );
  const day = studyDay(dataset);
  return {
    patientKey,
    studyKey: pseudonym(key, 'study', study ?? fallback),
    sex: sexOf(dataset.string(tag.PatientSex)),
    ageBand: ageBand(dataset, day),
    shiftedDay: day === undefined ? null : shiftDay(day, key, patientKey),
  };
}

/** Facts of a file that knows no patient (NIfTI, PNG, text): its own content is the subject. */
export function anonymousSubject(key: Uint8Array, contentDigest: string): SubjectFacts {
  return {
    patientKey: pseudonym(key, 'patient', `content\0${contentDigest}`),
    studyKey: pseudonym(key, 'study', `content\0${contentDigest}`),
    sex: 'UNKNOWN',
    ageBand: null,
    shiftedDay: null,
  };
}

/** ISO day moved back by this patient's offset. */
export function shiftDay(day: Date, key: Uint8Array, patientKey: string): string {
  const word = createHmac('sha256', key).update(`day-shift\0${patientKey}`).digest().readUInt32BE(0);
  return new Date(day.getTime() - (1 + (word % maxShiftDays)) * dayMs).toISOString().slice(0, 10);
}

function sexOf(value: string | undefined): Sex {
  switch (value?.toUpperCase()) {
    case 'F':
      return 'FEMALE';
    case 'M':
      return 'MALE';
    case 'O':
      return 'OTHER';
    default:
      return 'UNKNOWN';
  }
}

function studyDay(dataset: DicomDataset): Date | undefined {
  for (const name of [tag.StudyDate, tag.SeriesDate, tag.AcquisitionDate, tag.ContentDate]) {
    const day = parseDay(dataset.string(name));
    if (day) return day;
  }
  return undefined;
}

/** DA is YYYYMMDD; the retired form has dots. */
function parseDay(value: string | undefined): Date | undefined {
  const match = /^(\d{4})[.-]?(\d{2})[.-]?(\d{2})$/.exec(value ?? '');
  if (!match) return undefined;
  const date = new Date(`${match[1]}-${match[2]}-${match[3]}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1900 ? undefined : date;
}

function ageBand(dataset: DicomDataset, day: Date | undefined): number | null {
  const age = /^(\d{1,3})([DWMY])$/i.exec(dataset.string(tag.PatientAge) ?? '');
  const birth = parseDay(dataset.string(tag.PatientBirthDate));
  let years: number | undefined;
  // 000Y is what many anonymisers write: no age at all.
  if (age && !(Number(age[1]) === 0)) {
    const perYear = { D: 365.25, W: 52.18, M: 12, Y: 1 }[age[2]!.toUpperCase() as 'D' | 'W' | 'M' | 'Y'];
    years = Number(age[1]) / perYear;
  } else if (birth && day) {
    years = (day.getTime() - birth.getTime()) / (365.25 * dayMs);
  }
  if (years === undefined || years < 0 || years > 130) return null;
  return Math.min(90, Math.floor(years / 10) * 10);
}
