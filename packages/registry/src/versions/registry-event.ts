// The one log of the registry: everything that happened, never changed. Today's state is a fold (registry-state.ts).
import type { Sha256 } from '@tomograph/kernel';
import { z } from 'zod';
import { digestSchema, modelNameSchema } from '../manifest/manifest-schema.js';

const version = z.number().int().min(1);
const alias = z.string().min(1).max(32);

export const gateSchema = z.discriminatedUnion('kind', [
  /** A valid, green certificate of this very version that covers the other tasks of the base. */
  z.strictObject({ kind: z.literal('certificate') }),
  /** One end of a metric's interval against a threshold: the lower for atLeast, the upper for atMost. */
  z
    .strictObject({
      kind: z.literal('metric'),
      name: z.string().min(1).max(100),
      structure: z.string().min(1).max(100).nullable(),
      data: z.string().min(1).max(200),
      atLeast: z.number().nullable(),
      atMost: z.number().nullable(),
    })
    .refine((gate) => gate.atLeast !== null || gate.atMost !== null, 'no threshold'),
]);
export type Gate = z.infer<typeof gateSchema>;

const gateResultSchema = z.strictObject({ gate: z.string(), ok: z.boolean(), reason: z.string() });
/** What a gate said, in words; stands in the event of a promotion. */
export type GateResult = z.infer<typeof gateResultSchema>;

export const aliasPolicySchema = z.strictObject({
  isProtected: z.boolean(),
  gates: z.array(gateSchema).max(50),
});
export type AliasPolicy = z.infer<typeof aliasPolicySchema>;

const stamp = {
  model: modelNameSchema,
  /** The viewer's name. */
  who: z.string().min(1).max(200),
  why: z.string().max(2000),
  at: z.date(),
};

export const newRegistryEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...stamp,
    kind: z.literal('model_version.created'),
    data: z.strictObject({
      version,
      manifest: digestSchema,
      kind: z.enum(['base', 'adapter']),
      base: digestSchema.nullable(),
    }),
  }),
  z.strictObject({
    ...stamp,
    kind: z.literal('model_version_alias.created'),
    data: z.strictObject({
      alias,
      from: version.nullable(),
      to: version,
      action: z.enum(['promote', 'rollback']),
      gates: z.array(gateResultSchema),
    }),
  }),
  z.strictObject({
    ...stamp,
    kind: z.literal('model_version_alias.deleted'),
    data: z.strictObject({ alias, from: version }),
  }),
  z.strictObject({
    ...stamp,
    kind: z.literal('alias_policy.set'),
    data: z.strictObject({ alias, ...aliasPolicySchema.shape }),
  }),
  z.strictObject({
    ...stamp,
    kind: z.literal('certificate.issued'),
    data: z.strictObject({ version, certificate: digestSchema, verdict: z.enum(['green', 'red']) }),
  }),
]);

export type NewRegistryEvent = z.infer<typeof newRegistryEventSchema>;
export type RegistryEvent = NewRegistryEvent & { readonly seq: number };
export type RegistryEventKind = RegistryEvent['kind'];
export const registryEventKinds = [
  'model_version.created',
  'model_version_alias.created',
  'model_version_alias.deleted',
  'alias_policy.set',
  'certificate.issued',
] as const satisfies readonly RegistryEventKind[];

/** A version as a row: what `model_version.created` said. */
export interface VersionRow {
  readonly model: string;
  readonly version: number;
  readonly kind: 'base' | 'adapter';
  readonly manifest: Sha256;
  /** Manifest of the base; null for a base. */
  readonly base: Sha256 | null;
  readonly createdAt: Date;
  readonly createdBy: string;
}
