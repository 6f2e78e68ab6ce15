// Makes the certificate of one registered adapter: replay, history of earlier certificates, signature, event.
import { AppError, type Clock, type Sha256, systemClock } from '@tomograph/kernel';
import { parseDocument } from '../manifest/canonical-document.js';
import { blobOf, readAdapterManifest, readBaseManifest } from '../manifest/manifest-file.js';
import type { Registry } from '../versions/registry.js';
import type { VersionRow } from '../versions/registry-event.js';
import type {
  CertificateDocument,
  CertificateEvidence,
  CertificateTask,
  TestSetRef,
} from './certificate-document.js';
import { signCertificate, type VerifiedCertificate, verifyCertificate } from './certificate-file.js';
import { type ReplayCanaries, type ReplayResult, replayResultSchema } from './replay-canaries.js';
import type { SigningKey } from './signing-key.js';

export interface IssueOptions {
  readonly registry: Registry;
  readonly replay: ReplayCanaries;
  readonly key: SigningKey;
  /** `models:/name/version` of the subject. */
  readonly uri: string;
  readonly who: string;
  readonly why: string;
  readonly clock?: Clock;
}

/**
 * Replays the canaries of the base and of its other tasks in use and records the signed result, green or red.
 * @throws AppError INVALID_ARGUMENT for a base, CERTIFICATE_INVALID for a replay that contradicts itself, and what the
 *   replay throws
 */
export async function issueCertificate(options: IssueOptions): Promise<VerifiedCertificate> {
  const { registry, replay, key, who, why, clock = systemClock } = options;
  const subject = await registry.find(options.uri);
  if (subject.base === null) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `${subject.model} is a base: certificates are for tasks that are added to one`,
    });
  }
  const earlier = await registry.otherTasksInUse(subject);
  const request = {
    base: subject.base,
    earlier: earlier.map((row) => row.manifest),
    subject: subject.manifest,
  };
  const answer = await replay.replay(request);
  const result = parseDocument(replayResultSchema, answer, 'CERTIFICATE_INVALID', 'replay');
  const history = await historyOf(registry, earlier, subject);
  const base = await readBaseManifest(registry.blobs, subject.base);
  const evidence: CertificateEvidence = {
    issuedAt: clock.now().toISOString(),
    base: {
      manifest: subject.base,
      weights: blobOf(base, 'weights').digest,
      parameters: base.parameters,
    },
    tasks: await Promise.all([...earlier, subject].map((row) => taskOf(registry, row))),
    runtime: result.runtime,
    canaries: result.canaries,
    ...measured([subject.base, ...request.earlier, subject.manifest], result, history),
  };
  const bytes = signCertificate(evidence, key);
  const certificate = verifyCertificate(bytes, [key.publicKey]);
  await registry.attachCertificate({ uri: options.uri, bytes, who, why });
  return certificate;
}

async function taskOf(registry: Registry, row: VersionRow): Promise<CertificateTask> {
  const manifest = await readAdapterManifest(registry.blobs, row.manifest);
  const { factors, head } = manifest.parameters;
  const adapter = blobOf(manifest, 'adapter').digest;
  return { model: row.model, version: row.version, manifest: row.manifest, adapter, factors, head };
}

/** Of the earlier tasks and of the subject itself, when it was certified before. Oldest first. */
async function historyOf(
  registry: Registry,
  earlier: readonly VersionRow[],
  subject: VersionRow,
): Promise<CertificateDocument[]> {
  // its own may be damaged: then this one is to replace it
  const own = registry.certificate(subject).catch((error: unknown) => {
    if (error instanceof AppError) return undefined;
    throw error;
  });
  const found = await Promise.all([...earlier.map((row) => registry.certificate(row)), own]);
  return found
    .flatMap((certificate) => (certificate === undefined ? [] : [certificate.document]))
    .sort((a, b) => (a.issuedAt < b.issuedAt ? -1 : 1));
}

function measured(
  steps: readonly Sha256[],
  result: ReplayResult,
  history: readonly CertificateDocument[],
): Pick<CertificateEvidence, 'dice' | 'diceUntrained' | 'testSets'> {
  const testSets = testSetsOf(steps, result, history);
  const replayed = new Set(testSets.filter(({ isReplayed }) => isReplayed).map(({ of }) => of));
  // Dice on other cases than before cannot be held against the earlier ones
  const dice = result.dice.map((one) => (replayed.has(one.of) ? one : { ...one, before: null, after: null }));
  const diceUntrained = replayed.has(steps.at(-1)!) ? result.diceUntrained : null;
  return { ...diceOf(steps, { ...result, dice, diceUntrained }, history), testSets };
}

/** The test set of every column: as the first certificate named it, or as it lies here when none did. */
function testSetsOf(
  steps: readonly Sha256[],
  result: ReplayResult,
  history: readonly CertificateDocument[],
): TestSetRef[] {
  const named = history.flatMap(({ testSets = [] }) => testSets);
  return steps.map((of) => {
    const here = result.testSets.find((one) => one.of === of)?.digest ?? null;
    const first = named.find((one) => one.of === of && one.digest !== null)?.digest ?? here;
    return { of, digest: first, isReplayed: here !== null && here === first };
  });
}

/**
 * The matrix: what was measured now in its last two rows, and what earlier certificates say in the others.
 * @param steps manifests: base, tasks 1..N, subject
 */
function diceOf(
  steps: readonly Sha256[],
  result: ReplayResult,
  history: readonly CertificateDocument[],
): Pick<CertificateEvidence, 'dice' | 'diceUntrained'> {
  const dice = steps.map(() => steps.map((): number | null => null));
  const diceUntrained = steps.map((): number | null => null);
  for (const document of history) {
    const place = [document.base.manifest, ...document.tasks.map((task) => task.manifest)].map((of) =>
      steps.indexOf(of),
    );
    place.forEach((row, s) => {
      if (row < 0) return;
      diceUntrained[row] ??= document.diceUntrained[s] ?? null;
      place.forEach((column, k) => {
        if (column >= 0) dice[row]![column] ??= document.dice[s]![k] ?? null;
      });
    });
  }
  const last = steps.length - 1;
  for (const { of, before, after } of result.dice) {
    const column = steps.indexOf(of);
    if (column < 0) continue;
    dice[last - 1]![column] = before ?? dice[last - 1]![column]!;
    dice[last]![column] = after;
  }
  diceUntrained[last] = result.diceUntrained ?? diceUntrained[last]!;
  return { dice, diceUntrained };
}
