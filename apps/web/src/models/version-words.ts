// Facts of a version in a reader's words. Pure.
import type { VersionPartsFragment } from '../graphql/generated/types';

type Metric = VersionPartsFragment['metrics'][number];

export function metricText({ value, unit, n, interval }: Metric): string {
  const number = (x: number) => (unit === '1' ? x.toFixed(3) : `${x.toPrecision(3)} ${unit}`);
  const range =
    interval === null
      ? ''
      : ` [${number(interval.low)}, ${number(interval.high)}] at ${Math.round(100 * interval.level)}\u00a0%`;
  return `${number(value)}${range}, n = ${n}`;
}

/** The one number of a list: mean Dice, else the first metric that is a mean. */
export function mainMetric(metrics: readonly Metric[]): Metric | undefined {
  const means = metrics.filter(({ structure }) => structure === null);
  return means.find(({ name }) => name === 'dice') ?? means[0] ?? metrics.find(({ name }) => name === 'dice');
}

/** `1,204,224` */
export function countText(count: number): string {
  return count.toLocaleString('en');
}

export function structureText(labels: readonly { readonly name: string }[], most = 6): string {
  const names = labels.slice(0, most).map(({ name }) => name.replaceAll('_', ' '));
  return labels.length > most ? `${names.join(', ')} and ${labels.length - most} more` : names.join(', ');
}

/** `sha256:0123456789ab…` */
export function shortDigest(digest: string): string {
  return `${digest.slice(7, 19)}…`;
}
