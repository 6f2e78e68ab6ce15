// A no-forgetting certificate as evidence that can be read: matrix, transfers, growth, canaries, runtime, signature.
import type { Canary, CertificateDocument, CertificateTask, TestSetRef } from '@tomograph/registry';
import type { FoundCertificate } from '../../models/model-catalogue.js';
import { modelFileUrl } from '../../server/blob-paths.js';
import { builder } from '../builder.js';
import { ModelRuntimeRef } from './model-parts.js';

/** Canaries that one answer lists; all of them stand in the file. */
const maxCanaries = 200;

export const VerdictEnum = builder.enumType('CertificateVerdict', {
  description: 'RED: something learnt earlier changed. A red certificate is promoted by nobody.',
  values: ['GREEN', 'RED'] as const,
});

const CertificateTaskRef = builder.objectRef<CertificateTask>('CertificateTask').implement({
  fields: (t) => ({
    model: t.exposeString('model'),
    version: t.exposeInt('version'),
    manifest: t.field({ type: 'Sha256', resolve: ({ manifest }) => manifest }),
  }),
});

const CanaryRef = builder.objectRef<Canary>('CertificateCanary').implement({
  description:
    'An input with the digests of the raw output before the new task was loaded, and after it ran.',
  fields: (t) => ({
    of: t.field({ type: 'Sha256', description: 'Manifest.', resolve: (canary) => canary.of }),
    input: t.field({ type: 'Sha256', resolve: ({ input }) => input }),
    before: t.field({ type: 'Sha256', resolve: ({ before }) => before }),
    after: t.field({ type: 'Sha256', resolve: ({ after }) => after }),
    isIdentical: t.boolean({ resolve: ({ before, after }) => before === after }),
  }),
});

type Percent = CertificateDocument['growth']['total'];
const CertificateGrowthRef = builder.objectRef<Percent>('CertificateGrowth').implement({
  description: 'Values added, in percent of the base.',
  fields: (t) => ({
    factorsPercent: t.exposeFloat('factorsPercent'),
    headPercent: t.exposeFloat('headPercent'),
  }),
});

const DiceRowRef = builder.objectRef<{ values: readonly (number | null)[] }>('DiceRow').implement({
  fields: (t) => ({
    values: t.field({
      type: ['Float'],
      nullable: { list: false, items: true },
      description: '0 to 1; null: not measured.',
      resolve: ({ values }) => values,
    }),
  }),
});

const TestSetRefType = builder.objectRef<TestSetRef>('CertificateTestSet').implement({
  description:
    'The held-out cases behind one column of the matrix. They never leave the machine that holds them.',
  fields: (t) => ({
    of: t.field({ type: 'Sha256', description: 'Manifest.', resolve: ({ of }) => of }),
    digest: t.field({
      type: 'Sha256',
      nullable: true,
      description: 'Of its file; null: no machine is known to hold one.',
      resolve: ({ digest }) => digest,
    }),
    isReplayed: t.exposeBoolean('isReplayed', {
      description: 'False: it lies on another machine, and its column has no value in the last row.',
    }),
  }),
});

const EvidenceRef = builder.objectRef<CertificateDocument>('CertificateEvidence').implement({
  fields: (t) => ({
    issuedAt: t.field({ type: 'DateTime', resolve: ({ issuedAt }) => new Date(issuedAt) }),
    tasks: t.field({
      type: [CertificateTaskRef],
      description: 'In the order they were added; the last one is what the certificate is of.',
      resolve: ({ tasks }) => tasks,
    }),
    dice: t.field({
      type: [DiceRowRef],
      description:
        'Row s: after step s (0: the base). Column k: on the test set of task k (0: of the base itself).',
      resolve: ({ dice }) => dice.map((values) => ({ values })),
    }),
    bwt: t.exposeFloat('bwt', { nullable: true, description: 'Backward transfer; below 0: forgotten.' }),
    fwt: t.exposeFloat('fwt', {
      nullable: true,
      description:
        'Forward transfer; null: not defined, since no test set of an added task was ever replayed.',
    }),
    testSets: t.field({
      type: [TestSetRefType],
      description: 'One per column of `dice`; empty for certificates made before they were recorded.',
      resolve: ({ testSets }) => testSets ?? [],
    }),
    growthPerStep: t.field({ type: [CertificateGrowthRef], resolve: ({ growth }) => growth.perStep }),
    growthTotal: t.field({ type: CertificateGrowthRef, resolve: ({ growth }) => growth.total }),
    reasons: t.stringList({ description: 'Why it is red.', resolve: ({ reasons }) => reasons }),
    canaryCount: t.int({ resolve: ({ canaries }) => canaries.length }),
    identicalCanaries: t.int({
      description: 'Canaries whose output stayed the same byte for byte.',
      resolve: ({ canaries }) => canaries.filter(({ before, after }) => before === after).length,
    }),
    canaries: t.field({
      type: [CanaryRef],
      description: `At most ${maxCanaries}; all of them are in the file.`,
      resolve: ({ canaries }) => canaries.slice(0, maxCanaries),
    }),
    runtime: t.field({ type: ModelRuntimeRef, resolve: ({ runtime }) => runtime }),
  }),
});

export const CertificateRef = builder.objectRef<FoundCertificate>('Certificate').implement({
  description: 'Signed (Ed25519) by the installation that replayed the canaries; checked when it is shown.',
  fields: (t) => ({
    digest: t.field({ type: 'Sha256', resolve: ({ digest }) => digest }),
    verdict: t.field({
      type: VerdictEnum,
      resolve: ({ verdict }) => (verdict === 'green' ? 'GREEN' : 'RED'),
    }),
    isValid: t.boolean({
      description: 'Signature by a trusted key, and sums that follow from the evidence.',
      resolve: ({ certificate }) => certificate !== null,
    }),
    problem: t.exposeString('problem', { nullable: true, description: 'Why it is not valid.' }),
    keyId: t.field({
      type: 'Sha256',
      nullable: true,
      resolve: ({ certificate }) => certificate?.keyId ?? null,
    }),
    evidence: t.field({
      type: EvidenceRef,
      nullable: true,
      description: 'Null when the certificate is not valid.',
      resolve: ({ certificate }) => certificate?.document ?? null,
    }),
    url: t.string({
      description: 'The signed file; `tomograph registry verify` checks it offline.',
      resolve: ({ digest }) => modelFileUrl('certificates', digest, 'certificate.json'),
    }),
  }),
});
