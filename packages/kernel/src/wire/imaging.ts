// What the imaging room says about something it has read, as plain JSON: the contract between the reading
// process, the ingest job and the database. Nothing here identifies a patient.
import { z } from 'zod';

const vec3 = z.tuple([z.number(), z.number(), z.number()]);

/** 3x4 row-major matrix: index (i, j, k) -> LPS mm. */
export const affineSchema = z.array(z.number().finite()).length(12);

export const bodyParts = [
  'HEAD',
  'NECK',
  'CHEST',
  'ABDOMEN',
  'PELVIS',
  'CHEST_ABDOMEN',
  'ABDOMEN_PELVIS',
  'WHOLE_BODY',
  'LIMB',
  'UNKNOWN',
] as const;
export const modalities = ['CT', 'MR', 'PT', 'CR', 'DX', 'OTHER'] as const;
export const sexes = ['FEMALE', 'MALE', 'OTHER', 'UNKNOWN'] as const;
export const xrayViews = ['AP', 'PA', 'LATERAL', 'UNKNOWN'] as const;

export const bodyPartSchema = z.enum(bodyParts);
export const modalitySchema = z.enum(modalities);
export type BodyPart = (typeof bodyParts)[number];
export type Modality = (typeof modalities)[number];
export type Sex = (typeof sexes)[number];
export type XrayView = (typeof xrayViews)[number];

/** Something the reader did or noticed that a radiologist should know: tilt corrected, slices missing … */
export const readingNoteSchema = z.object({ code: z.string(), message: z.string() });
export type ReadingNote = z.infer<typeof readingNoteSchema>;

/** De-identified facts of the patient and study; keys are keyed pseudonyms, the day is shifted per patient. */
export const subjectFactsSchema = z.object({
  patientKey: z.string(),
  studyKey: z.string(),
  sex: z.enum(sexes),
  /** Decade of age at the study: 60 = 60–69 years; 90 = 90 and older; null = not known. */
  ageBand: z.number().int().min(0).max(90).multipleOf(10).nullable(),
  /** ISO day, shifted by a keyed per-patient offset so that intervals survive; null = not known. */
  shiftedDay: z.iso.date().nullable(),
});
export type SubjectFacts = z.infer<typeof subjectFactsSchema>;

export const volumeFactsSchema = z.object({
  size: vec3,
  spacingMm: vec3,
  affine: affineSchema,
  modality: modalitySchema,
  bodyPart: bodyPartSchema,
  notes: z.array(readingNoteSchema),
});
export type VolumeFacts = z.infer<typeof volumeFactsSchema>;
