// Manifests of format version 1 as schemas and types. The page that decides: docs/reference/registry-format.md.
import { isSha256, type Sha256 } from '@tomograph/kernel';
import { z } from 'zod';

export const formatVersion = 1;

export const digestSchema = z.custom<Sha256>(
  (value) => typeof value === 'string' && isSha256(value),
  'not sha256: and 64 hex digits',
);
/** Model names are parts of URIs and never of paths. */
export const modelNameSchema = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$/, 'not a model name (lower case letters, digits, . _ -)');
const text = (max: number) => z.string().min(1).max(max);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const positive = count.min(1);
const triple = <T extends z.ZodType>(of: T) => z.tuple([of, of, of]);
/** Names of modules: also parts of tensor names. */
export const moduleNameSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.]{0,199}$/, 'not a module name');

export const runtimeSchema = z.strictObject({
  engine: text(100),
  version: text(50),
  provider: text(50),
  device: text(200),
  threads: positive.max(1024),
  graphLevel: text(50),
});

export const metricSchema = z.strictObject({
  name: text(100),
  /** A label's name; null: the mean over all. */
  structure: text(100).nullable(),
  value: z.number(),
  unit: z.enum(['1', 'mm', 'mL', 's']),
  n: positive,
  interval: z
    .strictObject({
      low: z.number(),
      high: z.number(),
      level: z.number().gt(0).lt(1),
      method: text(200),
    })
    .refine(({ low, high }) => low <= high, 'low is above high')
    .nullable(),
  data: text(200),
});

const labelSchema = z.strictObject({
  value: positive.max(65_535),
  name: text(100),
  snomed: z.strictObject({ code: z.string().regex(/^\d{6,18}$/), display: text(200) }).nullable(),
});

const provenanceSchema = z.strictObject({
  origin: z.enum(['trained', 'imported']),
  createdAt: z.iso.datetime(),
  createdBy: text(100),
  code: text(200).nullable(),
  seed: count.nullable(),
  steps: count.nullable(),
  method: text(500),
  data: z
    .strictObject({
      name: text(200),
      digest: digestSchema.nullable(),
      training: count,
      validation: count,
      test: count,
    })
    .nullable(),
  from: text(500).nullable(),
});

const goldenSchema = z.strictObject({ maxAbsDifference: z.number().min(0).max(1), runtime: runtimeSchema });

const blobSchema = <R extends string>(roles: readonly [R, ...R[]]) =>
  z.strictObject({ role: z.enum(roles), digest: digestSchema, bytes: count, mediaType: text(100) });

const unique = <T>(items: readonly T[], key: (item: T) => unknown): boolean =>
  new Set(items.map(key)).size === items.length;

const common = {
  formatVersion: z.literal(formatVersion),
  name: modelNameSchema,
  description: z.string().max(2000),
  licence: text(100),
  labels: z
    .array(labelSchema)
    .max(4096)
    .refine((labels) => unique(labels, (l) => l.value) && unique(labels, (l) => l.name), 'a label twice'),
  metrics: z
    .array(metricSchema)
    .max(10_000)
    .refine((all) => unique(all, (m) => JSON.stringify([m.name, m.structure, m.data])), 'a metric twice'),
  provenance: provenanceSchema,
};

const adaptableLayerSchema = z.strictObject({
  name: moduleNameSchema,
  type: z.enum(['patch', 'qv', 'ffn']),
  in: positive.max(1 << 20),
  out: positive.max(1 << 20),
  kernel: triple(positive.max(16)),
});

const portSchema = z.strictObject({
  name: text(100),
  dtype: z.enum(['float32', 'int32', 'int64', 'bool']),
  shape: z.array(z.union([count, text(50)])).max(8),
  unit: text(100),
  meaning: z.string().max(500),
});

const preprocessingSchema = z.strictObject({
  orientation: z.literal('LPS'),
  spacingMmXyz: triple(z.number().gt(0)).nullable(),
  patchZyx: triple(positive.max(1024)),
  clip: z.strictObject({ low: z.number(), high: z.number() }),
  normalise: z.strictObject({ mean: z.number(), sd: z.number().gt(0) }),
  unit: z.enum(['HU', '1']),
  overlap: z.number().min(0).lt(1),
});

export const baseManifestSchema = z
  .strictObject({
    ...common,
    kind: z.literal('base'),
    parameters: positive,
    layers: z
      .array(adaptableLayerSchema)
      .max(4096)
      .refine((layers) => unique(layers, (l) => l.name), 'a layer twice'),
    head: z.strictObject({ module: moduleNameSchema, features: positive.max(65_536) }).nullable(),
    inputs: z.array(portSchema).min(1).max(64),
    outputs: z.array(portSchema).min(1).max(64),
    preprocessing: preprocessingSchema,
    runtime: runtimeSchema,
    data: z.strictObject({
      summary: text(5000),
      sources: z.array(z.strictObject({ name: text(200), licence: text(100), cases: count })).max(100),
    }),
    golden: goldenSchema.nullable(),
    blobs: z
      .array(blobSchema(['weights', 'graph', 'bundle', 'golden-input', 'golden-output', 'card']))
      .refine((blobs) => unique(blobs, (b) => b.role), 'a role twice')
      .refine(hasRoles('weights', 'graph'), 'the roles weights and graph are required'),
  })
  .refine(
    ({ golden, blobs }) => golden === null || hasRoles('golden-input', 'golden-output')(blobs),
    'golden needs the roles golden-input and golden-output',
  );

export const adapterManifestSchema = z
  .strictObject({
    ...common,
    kind: z.literal('adapter'),
    base: z.strictObject({ manifest: digestSchema, weights: digestSchema }),
    lora: z.strictObject({
      rank: positive.max(1024),
      alpha: z.number().gt(0),
      rankPattern: z.record(moduleNameSchema, positive.max(1024)),
      alphaPattern: z.record(moduleNameSchema, z.number().gt(0)),
      useRslora: z.boolean(),
      targets: z.array(moduleNameSchema).min(1).max(4096),
    }),
    head: z
      .strictObject({
        module: moduleNameSchema,
        features: positive.max(65_536),
        classes: z.array(text(100)).min(2).max(4097),
      })
      .nullable(),
    parameters: z.strictObject({ factors: positive, head: count }),
    effect: z.strictObject({ module: moduleNameSchema, norm: z.number().gt(0) }),
    golden: goldenSchema,
    blobs: z
      .array(blobSchema(['adapter', 'adapter-config', 'golden-input', 'golden-output', 'card']))
      .refine((blobs) => unique(blobs, (b) => b.role), 'a role twice')
      .refine(
        hasRoles('adapter', 'adapter-config', 'golden-input', 'golden-output'),
        'the roles adapter, adapter-config, golden-input and golden-output are required',
      ),
  })
  .refine(
    ({ head, labels }) =>
      head === null || head.classes.slice(1).join('\0') === labels.map((l) => l.name).join('\0'),
    'the classes of the head after the background are not the names of the labels',
  );

export const manifestSchema = z.discriminatedUnion('kind', [baseManifestSchema, adapterManifestSchema]);

function hasRoles(...roles: string[]) {
  return (blobs: readonly { readonly role: string }[]): boolean =>
    roles.every((role) => blobs.some((blob) => blob.role === role));
}

export type Runtime = z.infer<typeof runtimeSchema>;
export type Metric = z.infer<typeof metricSchema>;
export type AdaptableLayer = z.infer<typeof adaptableLayerSchema>;
export type Provenance = z.infer<typeof provenanceSchema>;
export type Label = z.infer<typeof labelSchema>;
export type BaseManifest = z.infer<typeof baseManifestSchema>;
export type AdapterManifest = z.infer<typeof adapterManifestSchema>;
export type Manifest = BaseManifest | AdapterManifest;
export type BlobRole = Manifest['blobs'][number]['role'];
