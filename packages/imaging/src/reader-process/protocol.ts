// What the reading process and its parent say to each other. Arrays never cross here: they are files in the
// result folder, named by number. The parent trusts nothing that comes back and checks it against this.
import {
  bodyPartSchema,
  modalitySchema,
  polarities,
  readingNoteSchema,
  subjectFactsSchema,
  volumeFactsSchema,
  xrayViews,
} from '@tomograph/kernel';
import { z } from 'zod';

export interface ReadRequest {
  readonly path: string;
  /** Hex: the key crosses the pipe, never the command line. */
  readonly key: string;
  readonly limits: Record<string, number>;
  /** Absolute; the process writes its arrays here … */
  readonly resultFolder: string;
  /** … and unpacks here. */
  readonly workFolder: string;
}

const sources = z.array(z.string().max(8192)).max(50_000);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const arrayFile = z.string().regex(/^\d{1,6}\.bin$/);
const common = { digest, subject: subjectFactsSchema, sources };
const extent = z.number().int().positive();

const sentence = z.object({
  index: z.number().int().nonnegative(),
  section: z.enum(['FINDINGS', 'IMPRESSION', 'OTHER']),
  text: z.string(),
  findings: z.array(
    z.object({ code: z.string(), polarity: z.enum(polarities), start: z.number(), end: z.number() }),
  ),
});

const itemSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('CT'),
    ...common,
    seriesKey: z.string(),
    facts: volumeFactsSchema,
    array: arrayFile,
  }),
  z.object({ kind: z.literal('LABEL'), ...common, facts: volumeFactsSchema, array: arrayFile }),
  z.object({
    kind: z.literal('XRAY'),
    ...common,
    seriesKey: z.string(),
    width: extent,
    height: extent,
    spacingMm: z.tuple([z.number(), z.number()]).nullable(),
    view: z.enum(xrayViews),
    modality: modalitySchema,
    bodyPart: bodyPartSchema,
    notes: z.array(readingNoteSchema),
    array: arrayFile,
  }),
  z.object({
    kind: z.literal('REPORT'),
    ...common,
    notes: z.array(readingNoteSchema),
    report: z.object({
      text: z.string(),
      sections: z.array(z.object({ name: sentence.shape.section, text: z.string() })),
      sentences: z.array(sentence),
    }),
  }),
]);
export type WireItem = z.infer<typeof itemSchema>;

export const replySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    progress: z.object({
      phase: z.enum(['COLLECT', 'HEADERS', 'PIXELS']),
      done: z.number(),
      total: z.number(),
    }),
  }),
  z.object({
    type: z.literal('result'),
    items: z.array(itemSchema),
    refused: z.array(z.object({ source: z.string(), code: z.string(), message: z.string() })),
  }),
  z.object({
    type: z.literal('error'),
    error: z.object({ code: z.string(), message: z.string(), facts: z.record(z.string(), z.unknown()) }),
  }),
]);
export type Reply = z.infer<typeof replySchema>;
