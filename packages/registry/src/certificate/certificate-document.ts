// The no-forgetting certificate as a document: evidence, and what follows from it. Not its signature.
// Measures: six-systems §7; Lopez-Paz & Ranzato 2017 (BWT, FWT). Format: docs/reference/registry-format.md §6.
import { AppError } from '@tomograph/kernel';
import { z } from 'zod';
import { digestSchema, formatVersion, modelNameSchema, runtimeSchema } from '../manifest/manifest-schema.js';

const count = z.number().int().min(0);
const share = z.number().min(0).max(1).nullable();
const percent = z.strictObject({ factorsPercent: z.number().min(0), headPercent: z.number().min(0) });

export const certificateTaskSchema = z.strictObject({
  model: modelNameSchema,
  version: count.min(1),
  /** Manifest id. */
  manifest: digestSchema,
  /** adapter_model.safetensors */
  adapter: digestSchema,
  factors: count,
  head: count,
});

export const canarySchema = z.strictObject({
  /** Manifest of the base, or of an earlier task. */
  of: digestSchema,
  input: digestSchema,
  /** Raw output bytes before the subject was loaded, and after it was loaded and had run. */
  before: digestSchema,
  after: digestSchema,
});

export const testSetSchema = z.strictObject({
  /** Manifest of the base or of a task. */
  of: digestSchema,
  /** Of the stored file; null: no machine is known to hold one. */
  digest: digestSchema.nullable(),
  /** Whether it lay where the canaries were replayed: else its column has no value in the last row. */
  isReplayed: z.boolean(),
});

const evidenceShape = {
  issuedAt: z.iso.datetime(),
  base: z.strictObject({ manifest: digestSchema, weights: digestSchema, parameters: count.min(1) }),
  /** Tasks 1..N+1 in the order they were added; the last is the subject. */
  tasks: z.array(certificateTaskSchema).min(1).max(1000),
  runtime: runtimeSchema,
  canaries: z.array(canarySchema).max(100_000),
  dice: z.array(z.array(share)),
  diceUntrained: z.array(share),
  /** One per column of the matrix; certificates of earlier builds lack them. */
  testSets: z.array(testSetSchema).optional(),
};
export const certificateEvidenceSchema = z.strictObject(evidenceShape);

export const certificateDocumentSchema = z.strictObject({
  formatVersion: z.literal(formatVersion),
  kind: z.literal('no-forgetting-certificate'),
  ...evidenceShape,
  growth: z.strictObject({ perStep: z.array(percent), total: percent }),
  bwt: z.number().nullable(),
  fwt: z.number().nullable(),
  verdict: z.enum(['green', 'red']),
  reasons: z.array(z.string()),
});

export type CertificateTask = z.infer<typeof certificateTaskSchema>;
export type TestSetRef = z.infer<typeof testSetSchema>;
export type Canary = z.infer<typeof canarySchema>;
/** What was measured; everything else is computed. */
export type CertificateEvidence = z.infer<typeof certificateEvidenceSchema>;
export type CertificateDocument = z.infer<typeof certificateDocumentSchema>;

/**
 * The document that evidence makes.
 * @throws AppError CERTIFICATE_INVALID for evidence that contradicts itself
 */
export function certificateDocument(evidence: CertificateEvidence): CertificateDocument {
  checkEvidence(evidence);
  const reasons = reasonsAgainst(evidence);
  const perStep = evidence.tasks.map(({ factors, head }) => ({
    factorsPercent: (100 * factors) / evidence.base.parameters,
    headPercent: (100 * head) / evidence.base.parameters,
  }));
  return {
    formatVersion,
    kind: 'no-forgetting-certificate',
    ...evidence,
    growth: {
      perStep,
      total: {
        factorsPercent: sum(perStep.map((step) => step.factorsPercent)),
        headPercent: sum(perStep.map((step) => step.headPercent)),
      },
    },
    bwt: backwardTransfer(evidence.dice),
    fwt: forwardTransfer(evidence.dice, evidence.diceUntrained),
    verdict: reasons.length === 0 ? 'green' : 'red',
    reasons,
  };
}

/** Mean over k < T of D(T,k) − D(k,k); null when no pair was measured. */
export function backwardTransfer(dice: CertificateEvidence['dice']): number | null {
  const last = dice.at(-1) ?? [];
  return meanDifference(dice.slice(0, -1).map((row, k) => [last[k], row[k]]));
}

/** Mean over 1 ≤ k ≤ T of D(k−1,k) − untrained(k); null when no pair was measured. */
export function forwardTransfer(
  dice: CertificateEvidence['dice'],
  untrained: CertificateEvidence['diceUntrained'],
): number | null {
  return meanDifference(dice.slice(1).map((_, i) => [dice[i]![i + 1], untrained[i + 1]]));
}

type Measured = number | null | undefined;

function meanDifference(pairs: readonly (readonly [Measured, Measured])[]): number | null {
  const differences = pairs.flatMap(([a, b]) =>
    typeof a === 'number' && typeof b === 'number' ? [a - b] : [],
  );
  return differences.length === 0 ? null : sum(differences) / differences.length;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function reasonsAgainst({ base, tasks, canaries, dice }: CertificateEvidence): string[] {
  const earlier = tasks.slice(0, -1);
  const unwatched = [{ name: 'the base', manifest: base.manifest }, ...earlier.map(named)]
    .filter(({ manifest }) => !canaries.some(({ of }) => of === manifest))
    .map(({ name }) => `${name} has no canary`);
  const changed = canaries
    .filter(({ before, after }) => before !== after)
    .map(({ of, input }) => `canary ${input} of ${of}: output changed`);
  const last = dice.at(-1)!;
  const worse = dice.slice(0, -1).flatMap((row, k) => {
    const [then, now] = [row[k], last[k]];
    return typeof then === 'number' && typeof now === 'number' && now < then
      ? [`Dice on task ${k} fell from ${then} to ${now}`]
      : [];
  });
  return [...unwatched, ...changed, ...worse];
}

const named = ({ model, version, manifest }: CertificateTask) => ({
  name: `${model} version ${version}`,
  manifest,
});

function checkEvidence(evidence: CertificateEvidence): void {
  const { base, tasks, canaries, dice, diceUntrained, testSets } = evidence;
  const steps = tasks.length + 1;
  if (dice.length !== steps || dice.some((row) => row.length !== steps) || diceUntrained.length !== steps) {
    refuse(
      `${tasks.length} tasks need a Dice matrix of ${steps} × ${steps}, and ${steps} of an untrained head`,
    );
  }
  const manifests = tasks.map((task) => task.manifest);
  if (new Set([base.manifest, ...manifests]).size !== steps) refuse('a task stands in it twice');
  const watched = new Set([base.manifest, ...manifests.slice(0, -1)]);
  const odd = canaries.find(({ of }) => !watched.has(of));
  if (odd) refuse(`canary ${odd.input} is of ${odd.of}, which is neither the base nor an earlier task`);
  if (testSets !== undefined) checkTestSets(testSets, [base.manifest, ...manifests], dice.at(-1)!);
}

function checkTestSets(
  testSets: readonly TestSetRef[],
  steps: readonly string[],
  last: readonly (number | null)[],
): void {
  if (testSets.length !== steps.length || testSets.some(({ of }, k) => of !== steps[k])) {
    refuse(`its test sets are not those of its ${steps.length} columns, in their order`);
  }
  testSets.forEach(({ of, digest, isReplayed }, k) => {
    if (isReplayed && digest === null) refuse(`the test set of ${of} was replayed and has no digest`);
    if (!isReplayed && last[k] !== null) refuse(`Dice of ${of} without a replay of its test set`);
  });
}

function refuse(message: string): never {
  throw new AppError('CERTIFICATE_INVALID', { message: `not a usable certificate: ${message}` });
}
