'use client';
// What the learned space says of the shown CT: findings with their probabilities, prompts, a drafted report. On demand,
// since it is read anew each time. A click on a finding or sentence lays its heat map over the slices.
import { useState } from 'react';
import type { Data } from '../graphql/client';
import { useOperation } from '../graphql/use-operation';
import { FailureNotice, Panel } from '../shell/notices';
import { DraftView } from './draft-view';
import { cellOf } from './heat-map';
import { OwnPrompts } from './own-prompts';
import type { Heat } from './use-heat';

export type ZeroShotFinding = Data<'ZeroShotFindings'>['zeroShot']['findings'][number];

export function FindingsPanel({ caseId, heat }: { caseId: string; heat: Heat }) {
  const [isAsked, setIsAsked] = useState(false);
  return (
    <Panel title="Findings by meaning" testId="meaning" aside="Research use only">
      {heat.shown !== undefined && (
        <p
          role="status"
          className="mb-2 flex items-baseline justify-between gap-2 text-xs"
          data-testid="heat-shown"
        >
          <span className="min-w-0">Over the picture: {heat.shown.label || 'evidence by region'}</span>
          <button type="button" className="text-accent underline" onClick={() => heat.show(undefined)}>
            Remove
          </button>
        </p>
      )}
      {heat.failure !== undefined && <FailureNotice failure={heat.failure} />}
      {isAsked ? (
        <Answer caseId={caseId} heat={heat} />
      ) : (
        <button
          type="button"
          data-testid="read-findings"
          onClick={() => setIsAsked(true)}
          className="h-8 rounded border border-control-line px-3 text-sm hover:bg-raised"
        >
          Read this CT…
        </button>
      )}
    </Panel>
  );
}

function Answer({ caseId, heat }: { caseId: string; heat: Heat }) {
  const { data, failure, isLoading, reload } = useOperation('ZeroShotFindings', { study: caseId });
  if (failure !== undefined) return <FailureNotice failure={failure} onRetry={reload} />;
  if (data === undefined || isLoading) {
    return (
      <p role="status" className="text-ink-soft text-sm">
        Reading…
      </p>
    );
  }
  const { findings, space } = data.zeroShot;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-ink-soft text-xs">
        Probabilities of {space}, calibrated on simulated cases only: no statement about this patient.
      </p>
      <ul className="flex flex-col gap-1" data-testid="zero-shot">
        {findings.map((one) => (
          <FindingRow key={one.finding?.code} one={one} heat={heat} />
        ))}
      </ul>
      <OwnPrompts caseId={caseId} heat={heat} />
      <DraftView caseId={caseId} heat={heat} />
    </div>
  );
}

function FindingRow({ one, heat }: { one: ZeroShotFinding; heat: Heat }) {
  const name = one.finding?.name ?? 'finding';
  const probability = one.probability ?? 0;
  const threshold = one.threshold ?? 1;
  const isPresent = one.isPresent === true;
  const label = `${name}: evidence by region`;
  return (
    <li data-testid="zero-shot-finding" data-present={isPresent} className="text-xs">
      <button
        type="button"
        aria-pressed={heat.shown?.label === label}
        onClick={() => heat.show({ values: one.evidence.heat, cell: cellOf(one.evidence.region), label })}
        className="flex w-full items-center gap-2 rounded px-1 py-0.5 text-left hover:bg-raised aria-pressed:bg-accent-wash"
      >
        <span className={`w-36 shrink-0 ${isPresent ? 'font-medium text-present' : ''}`}>{name}</span>
        <span aria-hidden="true" className="relative h-1.5 flex-1 rounded bg-raised">
          <span
            className={`absolute inset-y-0 left-0 rounded ${isPresent ? 'bg-present' : 'bg-accent'}`}
            style={{ width: `${probability * 100}%` }}
          />
          <span
            className="absolute -inset-y-0.5 w-px bg-ink"
            style={{ left: `${Math.min(1, threshold) * 100}%` }}
          />
        </span>
        <span className="w-9 text-right tabular-nums">{(probability * 100).toFixed(0)} %</span>
        <span className="sr-only">
          {isPresent ? 'above' : 'below'} its threshold of {(threshold * 100).toFixed(0)} %. Show where.
        </span>
      </button>
      <details className="ml-1 text-ink-soft">
        <summary className="min-h-6 cursor-pointer py-1 text-2xs">
          Prompts<span className="sr-only"> for {name}</span>
        </summary>
        <p>For: {one.prompts.present.join(' · ')}</p>
        <p>Against: {one.prompts.absent.join(' · ')}</p>
        {one.calibration && (
          <p>
            Calibrated on {one.calibration.cases} cases, {one.calibration.positives} with it.
          </p>
        )}
      </details>
    </li>
  );
}
