// ASSESS_NODULE: a point in a CT series, and what the model says of the nodule there. A refusal is a result, not a failure.
import { z } from 'zod';

const lpsSchema = z.tuple([z.number(), z.number(), z.number()]);
const outcomeSchema = z.enum(['BENIGN', 'MALIGNANT']);
const notesSchema = z.array(z.object({ code: z.string(), message: z.string() }));

/** Points are LPS millimetres. */
export const assessNoduleInputSchema = z.object({ seriesId: z.uuid(), point: lpsSchema });
export type AssessNoduleInput = z.infer<typeof assessNoduleInputSchema>;

const refusedSchema = z.object({ kind: z.literal('REFUSED'), reason: z.string(), message: z.string() });

const assessedSchema = z.object({
  kind: z.literal('ASSESSED'),
  /** Calibrated probability that radiologists would call it malignant; not histology. */
  probability: z.number(),
  /** 90 %. */
  interval: z.tuple([z.number(), z.number()]),
  diameterMm: z.number(),
  shortDiameterMm: z.number(),
  ballDiameterMm: z.number(),
  volumeMm3: z.number(),
  centre: lpsSchema,
  /** Readers' scales 1…5; calcification 0…1. */
  attributes: z.record(z.string(), z.number()),
  /** Extents (x, y, z), index -> LPS mm (3x4 row-major), one bit per voxel from the lowest bit on, base64. */
  mask: z.object({ size: lpsSchema, affine: z.array(z.number()).length(12), bits: z.string() }),
  prototypes: z.array(
    z.object({
      member: z.number().int(),
      index: z.number().int(),
      outcome: outcomeSchema,
      weight: z.number(),
      /** Number of a stored nodule that looks like it. */
      example: z.number().int().nullable(),
    }),
  ),
  nearest: z.array(
    z.object({
      id: z.number().int(),
      outcome: outcomeSchema,
      distance: z.number(),
      diameterMm: z.number(),
      /** 32 × 32 grey values of its middle slice (lung window), base64. */
      thumbnail: z.string(),
    }),
  ),
  warnings: notesSchema,
});

export const assessNoduleResultSchema = z.object({
  seriesId: z.uuid(),
  studyId: z.uuid(),
  /** Digest of the bundle's manifest: which networks, prototypes and calibration answered. */
  model: z.string(),
  assessment: z.discriminatedUnion('kind', [refusedSchema, assessedSchema]),
  seconds: z.number(),
});
export type AssessNoduleResult = z.infer<typeof assessNoduleResultSchema>;
export type NoduleAnswer = AssessNoduleResult['assessment'];
