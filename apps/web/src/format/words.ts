// Values of the API in a reader's words. Pure; numbers always the same way on every page.
import type {
  BodyPart,
  JobState,
  Modality,
  Polarity,
  SearchChannel,
  SearchMode,
  Sex,
  XrayView,
} from '../graphql/generated/types';

export const sexWords: Record<Sex, string> = {
  FEMALE: 'Female',
  MALE: 'Male',
  OTHER: 'Other',
  UNKNOWN: 'Sex unknown',
};

export const bodyPartWords: Record<BodyPart, string> = {
  HEAD: 'Head',
  NECK: 'Neck',
  CHEST: 'Chest',
  ABDOMEN: 'Abdomen',
  PELVIS: 'Pelvis',
  CHEST_ABDOMEN: 'Chest + abdomen',
  ABDOMEN_PELVIS: 'Abdomen + pelvis',
  WHOLE_BODY: 'Whole body',
  LIMB: 'Limb',
  UNKNOWN: 'Region unknown',
};

/** CR and DX are both projection radiographs; which plate made them is a detail. */
export const modalityWords: Record<Modality, string> = {
  CT: 'CT',
  MR: 'MR',
  PT: 'PET',
  CR: 'X-ray (CR)',
  DX: 'X-ray (DX)',
  OTHER: 'Other',
};

export const channelWords: Record<SearchChannel, string> = {
  TEXT: 'Report text',
  IMAGE: 'Image',
  MEANING: 'Meaning',
};

export const modeWords: Record<SearchMode, string> = {
  EXACT: 'exact',
  HNSW: 'approximate (HNSW)',
  TEXT: 'full text',
};

export const stateWords: Record<JobState, string> = {
  QUEUED: 'Queued',
  RUNNING: 'Running',
  SUCCEEDED: 'Done',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
};

export const viewWords: Record<XrayView, string> = {
  AP: 'AP',
  PA: 'PA',
  LATERAL: 'Lateral',
  UNKNOWN: 'View unknown',
};

export const polarityWords: Record<Polarity, { sign: string; prefix: string }> = {
  PRESENT: { sign: '+', prefix: '' },
  ABSENT: { sign: '−', prefix: 'no ' },
  UNCERTAIN: { sign: '?', prefix: 'possible ' },
};

/** `CHEST_WALL_MASS` -> `Chest wall mass`: for names the page does not know yet. */
export function sentenceCase(code: string): string {
  const text = code.replaceAll('_', ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
