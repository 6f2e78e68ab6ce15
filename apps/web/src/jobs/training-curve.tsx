// Loss and Dice of a training over its steps, as one picture and as a table for those who do not see it.

import { curvePath, niceMax } from './curve-path';
import type { TrainingPoint } from './follow-training';

const [width, height, left, bottom, top] = [640, 220, 44, 24, 10];

/** The picture shrinks with the window; its words do not. */
const axisText = 'text-[11px] max-sm:text-[20px]';

export function TrainingCurve({ points }: { points: readonly TrainingPoint[] }) {
  const last = points.at(-1);
  if (last === undefined)
    return <p className="text-ink-soft text-sm">The curve begins with the first steps.</p>;
  const steps = last.steps;
  const lossMax = niceMax(Math.max(...points.map(({ loss }) => loss)));
  const area = { left, top, width: width - 2 * left, height: height - top - bottom };
  const curves = [
    { name: 'Loss', tone: 'text-present', max: lossMax, of: (point: TrainingPoint) => point.loss },
    { name: 'Dice', tone: 'text-accent', max: 1, of: (point: TrainingPoint) => point.dice },
  ];
  return (
    <figure data-testid="curve" data-points={points.length} className="text-xs">
      <figcaption className="flex flex-wrap gap-x-4 text-ink-soft">
        {curves.map(({ name, tone, of }) => (
          <span key={name} className="flex items-center gap-1">
            <span aria-hidden="true" className={`font-bold ${tone}`}>
              {name === 'Loss' ? '- -' : '—'}
            </span>
            {name} <span className="text-ink tabular-nums">{of(last).toFixed(3)}</span>
          </span>
        ))}
        <span className="tabular-nums">
          step {last.step} of {steps}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        className="mt-1 w-full"
        role="img"
        aria-label={`Loss ${last.loss.toFixed(3)} and Dice ${last.dice.toFixed(3)} at step ${last.step} of ${steps}`}
      >
        {[0, 0.25, 0.5, 0.75, 1].map((share) => {
          const y = top + area.height * (1 - share);
          return (
            <g key={share} className={`text-ink-soft ${axisText}`} fill="currentColor">
              <line x1={left} x2={width - left} y1={y} y2={y} stroke="var(--line)" />
              <text x={left - 6} y={y + 4} textAnchor="end" className="text-present">
                {(lossMax * share).toFixed(2)}
              </text>
              <text x={width - left + 6} y={y + 4} className="text-accent">
                {share.toFixed(2)}
              </text>
            </g>
          );
        })}
        <g className={`text-ink-soft ${axisText}`} fill="currentColor">
          <text x={left} y={height - 6}>
            0
          </text>
          <text x={width - left} y={height - 6} textAnchor="end">
            {steps} steps
          </text>
        </g>
        {curves.map(({ name, tone, max, of }) => (
          <path
            key={name}
            d={curvePath(
              points.map((point) => [point.step / steps, of(point) / max] as const),
              area,
            )}
            fill="none"
            stroke="currentColor"
            strokeWidth="2"
            strokeDasharray={name === 'Loss' ? '5 3' : undefined}
            className={tone}
          />
        ))}
      </svg>
      <details className="mt-1">
        <summary className="text-ink-soft">As a table</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long table must scroll by key */}
        <section className="max-h-48 overflow-y-auto" tabIndex={0} aria-label="Points of the curve">
          <table className="text-left tabular-nums">
            <thead>
              <tr>
                {['Step', 'Loss', 'Dice'].map((name) => (
                  <th key={name} scope="col" className="pr-4 font-medium">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {points.map((point) => (
                <tr key={point.step}>
                  <td className="pr-4">{point.step}</td>
                  <td className="pr-4">{point.loss.toFixed(4)}</td>
                  <td>{point.dice.toFixed(4)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}
