// Jobs as rows that a user can see. The queue carries only the job's id; everything else is in the row.
import { z } from 'zod';

export const jobKinds = [
  'INGEST',
  'EMBED',
  'BACKFILL',
  'SEGMENT',
  'TRAIN_TASK',
  'VERIFY',
  'IMPORT_ADAPTER',
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

/** Names a task: `spleen`, `spleen/3`, `spleen@challenger`, `models:/spleen/3`, `base`. */
const taskNameSchema = z.string().min(1).max(120);

/**
 * SEGMENT: what tasks find in a series (or in every CT of a study). `tasks` are whole URIs with a version: aliases are
 * resolved when the job is asked for, so that a repeated job runs the same versions.
 */
export const segmentInputSchema = z.object({
  seriesId: z.uuid(),
  base: z.string(),
  tasks: z.array(taskNameSchema).min(1).max(200),
});
export type SegmentInput = z.infer<typeof segmentInputSchema>;

export const segmentResultSchema = z.object({
  segmentationId: z.uuid(),
  studyId: z.uuid(),
  seriesId: z.uuid(),
  structures: z.number().int(),
  skipped: z.array(z.string()),
  conflictVoxels: z.number().int(),
  seconds: z.number(),
});
export type SegmentResult = z.infer<typeof segmentResultSchema>;

/** Structure -> value in label maps and SNOMED code. */
const labelsSchema = z.record(
  z.string().min(1).max(100),
  z.object({
    value: z.number().int().min(1).max(65_535),
    snomed: z
      .object({ code: z.string().regex(/^\d{6,18}$/), display: z.string().min(1).max(200) })
      .nullable()
      .default(null),
  }),
);
const modelName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$/, 'lower case letters, digits, . _ -');

/**
 * TRAIN_TASK: teaches a base a task from what lies in quarantine (a zip or folder in nnU-Net's layout), registers it and
 * replays the canaries for its certificate. `labels`: structure -> value in the label maps, over those of dataset.json.
 */
export const trainTaskInputSchema = z.object({
  quarantine: z.string().regex(/^[0-9a-f-]{36}$/),
  name: modelName,
  description: z.string().max(2000).default(''),
  licence: z.string().min(1).max(100),
  labels: labelsSchema.optional(),
  /** URI of the base; default the shipped one's champion. */
  base: z.string().max(120).optional(),
  steps: z.number().int().min(1).max(100_000).default(600),
  rank: z.number().int().min(1).max(64).default(8),
  batchSize: z.number().int().min(1).max(16).default(1),
  seed: z.number().int().min(0).max(2_147_483_647).default(1),
  /** Who asked, for the log. */
  who: z.string().max(100),
});
export type TrainTaskInput = z.infer<typeof trainTaskInputSchema>;

export const trainTaskResultSchema = z.object({
  model: z.string(),
  version: z.number().int(),
  manifest: z.string(),
  verdict: z.enum(['green', 'red']),
  certificate: z.string(),
  dice: z.number().nullable(),
  cases: z.object({ training: z.number().int(), test: z.number().int() }),
  notes: z.array(z.string()),
  seconds: z.number(),
});
export type TrainTaskResult = z.infer<typeof trainTaskResultSchema>;

/** A point of a training curve, as a job event. */
export const trainingPointSchema = z.object({
  kind: z.literal('training'),
  step: z.number().int(),
  steps: z.number().int(),
  loss: z.number(),
  /** Soft Dice of the batches since the last point. */
  dice: z.number(),
});
export type TrainingPoint = z.infer<typeof trainingPointSchema>;

/** VERIFY: replays the canaries of a base and its tasks and issues a certificate for a version anew. */
export const verifyInputSchema = z.object({ uri: z.string().max(120), who: z.string().max(100) });
export type VerifyInput = z.infer<typeof verifyInputSchema>;

export const verifyResultSchema = z.object({
  model: z.string(),
  version: z.number().int(),
  verdict: z.enum(['green', 'red']),
  certificate: z.string(),
  reasons: z.array(z.string()),
});
export type VerifyResult = z.infer<typeof verifyResultSchema>;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/**
 * IMPORT_ADAPTER: runs an adapter that was trained elsewhere, registers it and replays the canaries. Its two files lie in the
 * blob store, verified before the job was made. The same files and words are the same job, and the same version.
 */
export const importAdapterInputSchema = z.object({
  name: modelName,
  description: z.string().max(2000).default(''),
  licence: z.string().min(1).max(100),
  /** `models:/name/version`: aliases are resolved when the job is asked for. */
  base: z.string().max(120),
  /** The importer's word that it is for this base, for files that name none. */
  declaresBase: z.boolean().default(false),
  labels: labelsSchema.optional(),
  from: z.string().max(500).optional(),
  /** Blobs: adapter_config.json and adapter_model.safetensors. */
  config: digest,
  model: digest,
  who: z.string().max(100),
});
export type ImportAdapterInput = z.infer<typeof importAdapterInputSchema>;

/** As of a VERIFY, with the manifest of what was registered. */
export const importAdapterResultSchema = verifyResultSchema.extend({ manifest: z.string() });
export type ImportAdapterResult = z.infer<typeof importAdapterResultSchema>;
