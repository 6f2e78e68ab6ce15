// Gates of an alias in words, and what a person types -> what the API takes. The rule itself is the registry's.
import { ApiFailure } from '../graphql/api-failure';
import type { Data } from '../graphql/client';
import type { MetricGateInput } from '../graphql/generated/types';
import { metricText } from './version-words';

type Model = NonNullable<Data<'ModelDetail'>['model']>;
type Gate = Model['aliasPolicies'][number]['gates'][number];

/** A row of the form: numbers as typed. */
export interface MetricDraft {
  readonly metric: string;
  readonly structure: string | null;
  readonly data: string;
  readonly atLeast: string;
  readonly atMost: string;
}

export interface MeasuredMetric extends Pick<MetricDraft, 'metric' | 'structure' | 'data'> {
  /** What the newest version that has it measured, with its interval. */
  readonly words: string;
}

export function gateText({ isCertificate, metric, structure, data, atLeast, atMost }: Gate): string {
  if (isCertificate) return 'certificate green, over all tasks in use';
  const bounds = [
    ...(atLeast === null ? [] : [`its interval from ${atLeast} up`]),
    ...(atMost === null ? [] : [`its interval up to ${atMost}`]),
  ];
  return `${metric}${structure === null ? '' : ` of ${structure.replaceAll('_', ' ')}`} on ${data}: ${bounds.join(', ')}`;
}

/** Each metric once; those of the newest version first. @param versions newest first */
export function measuredMetrics(versions: Model['versions']): MeasuredMetric[] {
  const found = new Map<string, MeasuredMetric>();
  for (const { metrics } of versions)
    for (const metric of metrics) {
      const { name, structure, data } = metric;
      const key = JSON.stringify([name, structure, data]);
      if (!found.has(key)) found.set(key, { metric: name, structure, data, words: metricText(metric) });
    }
  return [...found.values()];
}

/** @throws ApiFailure INVALID_ARGUMENT for a row without a number */
export function metricGate({ metric, structure, data, atLeast, atMost }: MetricDraft): MetricGateInput {
  const bound = (typed: string): number | undefined => {
    if (typed.trim() === '') return undefined;
    const value = Number(typed);
    if (Number.isFinite(value)) return value;
    throw new ApiFailure('INVALID_ARGUMENT', `“${typed}” is no number`);
  };
  const [low, high] = [bound(atLeast), bound(atMost)];
  if (low === undefined && high === undefined) {
    throw new ApiFailure(
      'INVALID_ARGUMENT',
      `the threshold on ${metric} has no number: give one, or drop it`,
    );
  }
  return {
    metric,
    data,
    ...(structure === null ? {} : { structure }),
    ...(low === undefined ? {} : { atLeast: low }),
    ...(high === undefined ? {} : { atMost: high }),
  };
}
