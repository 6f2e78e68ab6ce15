// Jobs as rows that a user can see. The queue carries only the job's id; everything else is in the row.
import { z } from 'zod';

export const jobKinds = [
  'INGEST',
  'EMBED',
  'BACKFILL',
  'SEGMENT',
  'TRAIN_TASK',
  'VERIFY',
  'ASSESS_NODULE',
  'DEMO',
] as const;
export const jobStates = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type JobKind = (typeof jobKinds)[number];
export type JobState = (typeof jobStates)[number];

/**
 * INGEST: read what lies in quarantine under `quarantine` (a server-made name below TOMOGRAPH_HOME/quarantine,
 * a file or a folder), and make studies of it. `report` is the text of a report to attach to every study found.
 * `studyId` attaches the report and X-rays to an existing study.
 */
export const ingestInputSchema = z.object({
  quarantine: z.string().regex(/^[0-9a-f-]{36}$/),
  reportText: z.string().max(200_000).optional(),
  studyId: z.uuid().optional(),
});
export type IngestInput = z.infer<typeof ingestInputSchema>;

/** What one input became. Files are told apart by keyed tokens: names can name patients and are never stored. */
export const ingestResultSchema = z.object({
  studies: z.array(
    z.object({
      studyId: z.uuid(),
      kind: z.enum(['CT', 'XRAY', 'REPORT']),
      /** True when the same bytes were there already: nothing was added. */
      duplicate: z.boolean(),
      /** Tokens of the files it was made of. */
      sources: z.array(z.string()),
      notes: z.array(z.object({ code: z.string(), message: z.string() })),
    }),
  ),
  refused: z.array(z.object({ source: z.string(), code: z.string(), message: z.string() })),
  phasesMs: z.record(z.string(), z.number()),
});
export type IngestResult = z.infer<typeof ingestResultSchema>;

/** EMBED: (re)compute the vectors of one study in one embedding space. */
export const embedInputSchema = z.object({ studyId: z.uuid(), spaceId: z.number().int() });
export type EmbedInput = z.infer<typeof embedInputSchema>;

/** BACKFILL: compute the vectors of every study that a space lacks. */
export const backfillInputSchema = z.object({ spaceId: z.number().int() });
export type BackfillInput = z.infer<typeof backfillInputSchema>;
