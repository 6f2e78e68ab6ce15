// ASSESS_NODULE: places in a CT series, and what the model says of the nodule at each. A refusal is an answer, not a
// failure of the job. Lengths are mm, places LPS.
import { z } from 'zod';

const coordinate = z.number().min(-10_000).max(10_000);
const lpsSchema = z.tuple([coordinate, coordinate, coordinate]);
const outcomeSchema = z.enum(['BENIGN', 'MALIGNANT']);
const notesSchema = z.array(z.object({ code: z.string(), message: z.string() }));

/** Places of one job; edges of a box. */
export const maxNoduleTargets = 50;
export const maxNoduleBoxMm = 80;

/** A click near the middle of a nodule, or a box round it. */
export const noduleTargetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('POINT'), point: lpsSchema }),
  z
    .object({ kind: z.literal('BOX'), low: lpsSchema, high: lpsSchema })
    .refine(
      ({ low, high }) => low.every((value, axis) => value < high[axis]!),
      'low must lie below high on every axis',
    )
    .refine(
      ({ low, high }) => low.every((value, axis) => high[axis]! - value <= maxNoduleBoxMm),
      `a box has edges of at most ${maxNoduleBoxMm} mm`,
    ),
]);
export type NoduleTarget = z.infer<typeof noduleTargetSchema>;

export const noduleTargetsSchema = z
  .array(noduleTargetSchema)
  .min(1, 'name at least one place')
  .max(maxNoduleTargets, `at most ${maxNoduleTargets} places at once`);

export const assessNoduleInputSchema = z.object({ seriesId: z.uuid(), targets: noduleTargetsSchema });
export type AssessNoduleInput = z.infer<typeof assessNoduleInputSchema>;

const refusedSchema = z.object({ kind: z.literal('REFUSED'), reason: z.string(), message: z.string() });

const pngSchema = z.string().max(8192);

const assessedSchema = z.object({
  kind: z.literal('ASSESSED'),
  /** Calibrated probability that radiologists would call it malignant; not histology. */
  probability: z.number(),
  /** 90 %. */
  interval: z.tuple([z.number(), z.number()]),
  /** Longest axial diameter, the width across it in the same slice, and the smallest width over all directions. */
  diameterMm: z.number(),
  perpendicularMm: z.number(),
  shortDiameterMm: z.number(),
  ballDiameterMm: z.number(),
  volumeMm3: z.number(),
  centre: lpsSchema,
  /** Readers' scales 1…5; calcification 0…1. */
  attributes: z.record(z.string(), z.number()),
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
    z.object({ id: z.number().int(), outcome: outcomeSchema, distance: z.number(), diameterMm: z.number() }),
  ),
  /** Number of a stored nodule that is an example of a prototype -> what is known of it. */
  examples: z.record(z.string(), z.object({ outcome: outcomeSchema, diameterMm: z.number() })),
  /** Number of a stored nodule -> its middle slice, 32 × 32, lung window: a PNG in base64. */
  pictures: z.record(z.string(), pngSchema),
  warnings: notesSchema,
});

export const noduleAnswerSchema = z.discriminatedUnion('kind', [refusedSchema, assessedSchema]);
export type NoduleAnswer = z.infer<typeof noduleAnswerSchema>;
export type AssessedNodule = z.infer<typeof assessedSchema>;

export const assessNoduleResultSchema = z.object({
  seriesId: z.uuid(),
  studyId: z.uuid(),
  /** Manifest of the model in the registry: which networks, prototypes and calibration answered. */
  model: z.string(),
  /** One per place, in the order asked. */
  assessments: z.array(z.uuid()),
  refused: z.number().int(),
  seconds: z.number(),
});
export type AssessNoduleResult = z.infer<typeof assessNoduleResultSchema>;
