// A probability with its interval on a line from 0 to 100 %: the interval is the thing that is drawn, the number its mark.
import { chanceText } from './nodule-words';

interface Props {
  readonly probability: number;
  readonly interval: { readonly low: number; readonly high: number; readonly level: number };
}

const percent = (value: number) => `${(100 * Math.min(1, Math.max(0, value))).toFixed(2)}%`;

export function IntervalBar({ probability, interval }: Props) {
  const { low, high, level } = interval;
  const words = `${chanceText(probability)}, ${Math.round(100 * level)} % interval ${chanceText(low)} to ${chanceText(high)}`;
  return (
    <figure data-testid="interval" role="img" aria-label={words} className="my-2">
      <div className="relative h-5">
        <div className="absolute inset-x-0 top-2 h-1 rounded bg-line" />
        <div
          className="absolute top-1 h-3 rounded bg-accent/40"
          style={{ left: percent(low), width: percent(Math.max(high - low, 0.01)) }}
        />
        <div
          className="absolute top-0 h-5 w-1 -translate-x-1/2 rounded bg-accent"
          style={{ left: percent(probability) }}
        />
      </div>
      <figcaption className="flex justify-between text-2xs text-ink-soft tabular-nums" aria-hidden="true">
        <span>0</span>
        <span>50</span>
        <span>100 %</span>
      </figcaption>
    </figure>
  );
}
