// Facts of a manifest as small types: labels, metrics, sizes, runtime, where it comes from. Not the versions themselves.
import type { Label, Manifest, Metric, Provenance, Runtime } from '@tomograph/registry';
import { builder } from '../builder.js';

export const ModelKindEnum = builder.enumType('ModelKind', {
  description: 'BASE: a frozen network. TASK: an adapter and a head for one base.',
  values: ['BASE', 'TASK'] as const,
});

export const SnomedCodeRef = builder
  .objectRef<{ code: string; display: string }>('SnomedCode')
  .implement({ fields: (t) => ({ code: t.exposeString('code'), display: t.exposeString('display') }) });

export const ModelLabelRef = builder.objectRef<Label>('ModelLabel').implement({
  fields: (t) => ({
    value: t.exposeInt('value', { description: 'In label maps, 1 to 65,535; 0 is background.' }),
    name: t.exposeString('name'),
    snomed: t.field({ type: SnomedCodeRef, nullable: true, resolve: ({ snomed }) => snomed }),
  }),
});

const MetricIntervalRef = builder.objectRef<NonNullable<Metric['interval']>>('MetricInterval').implement({
  fields: (t) => ({
    low: t.exposeFloat('low'),
    high: t.exposeFloat('high'),
    level: t.exposeFloat('level', { description: 'Such as 0.95.' }),
    method: t.exposeString('method'),
  }),
});

export const ModelMetricRef = builder.objectRef<Metric>('ModelMetric').implement({
  description: 'A measured quality: on `n` cases of `data`, with its interval where there is one.',
  fields: (t) => ({
    name: t.exposeString('name'),
    structure: t.exposeString('structure', { nullable: true, description: 'Null: the mean over all.' }),
    value: t.exposeFloat('value'),
    unit: t.exposeString('unit'),
    n: t.exposeInt('n'),
    interval: t.field({ type: MetricIntervalRef, nullable: true, resolve: ({ interval }) => interval }),
    data: t.exposeString('data'),
  }),
});

export interface ParametersShape {
  readonly network: number;
  readonly factors: number | null;
  readonly head: number | null;
  readonly decoder: number | null;
}

const percent = (part: number | null, whole: number): number | null =>
  part === null ? null : (100 * part) / whole;

export const ModelParametersRef = builder.objectRef<ParametersShape>('ModelParameters').implement({
  description: 'Numbers of values. Percentages are of the base network without heads.',
  fields: (t) => ({
    network: t.exposeInt('network', { description: 'The base, without heads.' }),
    factors: t.exposeInt('factors', { nullable: true, description: 'What the task adds; null for a base.' }),
    head: t.exposeInt('head', { nullable: true }),
    decoder: t.exposeInt('decoder', {
      nullable: true,
      description: 'What a decoder of its own would add for the task: the usual way to grow.',
    }),
    factorsPercent: t.float({
      nullable: true,
      resolve: ({ factors, network }) => percent(factors, network),
    }),
    headPercent: t.float({ nullable: true, resolve: ({ head, network }) => percent(head, network) }),
    decoderPercent: t.float({ nullable: true, resolve: ({ decoder, network }) => percent(decoder, network) }),
  }),
});

export const ModelRuntimeRef = builder.objectRef<Runtime>('ModelRuntime').implement({
  description: 'Byte-identical outputs are promised for equal runtimes only.',
  fields: (t) => ({
    engine: t.exposeString('engine'),
    version: t.exposeString('version'),
    provider: t.exposeString('provider'),
    device: t.exposeString('device'),
    threads: t.exposeInt('threads'),
    graphLevel: t.exposeString('graphLevel'),
  }),
});

const TrainingDataRef = builder.objectRef<NonNullable<Provenance['data']>>('TrainingData').implement({
  description: 'Numbers of cases.',
  fields: (t) => ({
    name: t.exposeString('name'),
    training: t.exposeInt('training'),
    validation: t.exposeInt('validation'),
    test: t.exposeInt('test'),
  }),
});

export const ModelProvenanceRef = builder.objectRef<Provenance>('ModelProvenance').implement({
  fields: (t) => ({
    origin: t.exposeString('origin', { description: '`trained` or `imported`.' }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => new Date(createdAt) }),
    createdBy: t.exposeString('createdBy'),
    method: t.exposeString('method'),
    seed: t.exposeInt('seed', { nullable: true }),
    steps: t.exposeInt('steps', { nullable: true }),
    from: t.exposeString('from', { nullable: true, description: 'Where an import says it comes from.' }),
    data: t.field({ type: TrainingDataRef, nullable: true, resolve: ({ data }) => data }),
  }),
});

export function parametersOf(manifest: Manifest, base: Manifest, decoder: number | null): ParametersShape {
  const network = base.kind === 'base' ? base.parameters : 0;
  const added = manifest.kind === 'adapter' ? manifest.parameters : { factors: null, head: null };
  return { network, ...added, decoder };
}
