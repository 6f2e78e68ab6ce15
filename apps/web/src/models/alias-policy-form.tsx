'use client';
// What must hold before an alias moves: protection, the green certificate, thresholds on measured metrics with their intervals.
// Setting it is one more event of the log; an administrator's.
import { type FormEvent, useState } from 'react';
import { type ApiFailure, failFromUserErrors, toApiFailure } from '../graphql/api-failure';
import { type Data, request } from '../graphql/client';
import { FailureNotice } from '../shell/notices';
import { gateText, type MeasuredMetric, type MetricDraft, measuredMetrics, metricGate } from './alias-gates';

type Model = NonNullable<Data<'ModelDetail'>['model']>;
type Policy = Model['aliasPolicies'][number];

const field = 'h-8 min-w-0 rounded border border-control-line bg-raised px-2 text-ink text-sm';
const button = 'min-h-6 rounded border border-control-line px-2 text-xs hover:bg-raised';

export function AliasPolicies({
  model,
  maySet,
  onChanged,
}: {
  model: Model;
  maySet: boolean;
  onChanged: () => void;
}) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div data-testid="alias-policies">
      <h3 className="mt-4 mb-1 font-medium text-xs">What must hold</h3>
      <ul className="flex flex-col gap-1 text-xs">
        {model.aliasPolicies.map((policy) => (
          <li key={policy.alias} data-testid="alias-policy" data-alias={policy.alias}>
            <code className="font-mono">@{policy.alias}</code>{' '}
            {policy.isProtected ? 'protected: an administrator moves it' : 'free'}
            <ul className="pl-3 text-ink-soft">
              {policy.gates.length === 0 && <li>no gate, but never with a red certificate</li>}
              {policy.gates.map((gate) => (
                <li key={gateText(gate)}>{gateText(gate)}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {maySet && !isOpen && (
        <button
          type="button"
          data-testid="set-policy"
          onClick={() => setIsOpen(true)}
          className={`mt-1 ${button}`}
        >
          Set gates…
        </button>
      )}
      {isOpen && (
        <PolicyForm
          model={model}
          onClose={() => setIsOpen(false)}
          onDone={() => {
            setIsOpen(false);
            onChanged();
          }}
        />
      )}
    </div>
  );
}

const newPolicy = { isProtected: false, needsCertificate: true, metrics: [] as MetricDraft[] };

function draftOf(policy: Policy | undefined): typeof newPolicy {
  if (policy === undefined) return newPolicy;
  return {
    isProtected: policy.isProtected,
    needsCertificate: policy.gates.some(({ isCertificate }) => isCertificate),
    metrics: policy.gates.flatMap(({ metric, structure, data, atLeast, atMost }) =>
      metric === null || data === null
        ? []
        : [{ metric, structure, data, atLeast: atLeast?.toString() ?? '', atMost: atMost?.toString() ?? '' }],
    ),
  };
}

function PolicyForm({ model, onClose, onDone }: { model: Model; onClose: () => void; onDone: () => void }) {
  const [alias, setAlias] = useState(model.aliasPolicies[0]?.alias ?? 'champion');
  const policyOf = (name: string) => draftOf(model.aliasPolicies.find((policy) => policy.alias === name));
  const [draft, setDraft] = useState(() => policyOf(alias));
  const [failure, setFailure] = useState<ApiFailure>();
  const measured = measuredMetrics(model.versions);
  const choose = (name: string) => {
    setAlias(name);
    if (model.aliasPolicies.some((policy) => policy.alias === name)) setDraft(policyOf(name));
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setFailure(undefined);
    const why = String(new FormData(event.currentTarget).get('why'));
    const { isProtected, needsCertificate } = draft;
    try {
      const metrics = draft.metrics.map(metricGate);
      const input = { model: model.name, alias, isProtected, needsCertificate, metrics, why };
      failFromUserErrors((await request('SetAliasPolicy', { input })).setAliasPolicy.userErrors);
      onDone();
    } catch (error) {
      setFailure(toApiFailure(error));
    }
  };
  return (
    <form
      onSubmit={submit}
      data-testid="policy-form"
      className="mt-1 flex flex-col gap-2 rounded border border-line p-2 text-ink-soft text-xs"
    >
      <label className="flex items-center gap-2">
        Alias
        <input
          value={alias}
          onChange={(event) => choose(event.target.value)}
          required
          list="aliases-with-policy"
          pattern="[a-z][a-z0-9_\-]{0,31}"
          title="a small letter, then small letters, digits, _ or -"
          autoComplete="off"
          className={`flex-1 ${field}`}
        />
        <datalist id="aliases-with-policy">
          {model.aliasPolicies.map((policy) => (
            <option key={policy.alias} value={policy.alias} />
          ))}
        </datalist>
      </label>
      <Check
        words="Protected: only an administrator moves it"
        isOn={draft.isProtected}
        onChange={(isProtected) => setDraft({ ...draft, isProtected })}
      />
      <Check
        words="Needs a green certificate that covers the other tasks in use"
        isOn={draft.needsCertificate}
        onChange={(needsCertificate) => setDraft({ ...draft, needsCertificate })}
      />
      <MetricGates
        measured={measured}
        drafts={draft.metrics}
        onChange={(metrics) => setDraft({ ...draft, metrics })}
      />
      <label className="flex items-center gap-2">
        Why
        <input name="why" required maxLength={2000} autoComplete="off" className={`flex-1 ${field}`} />
      </label>
      <div className="flex gap-2">
        <button
          type="submit"
          data-testid="policy-confirm"
          className="h-8 rounded bg-accent px-3 font-medium text-accent-ink text-sm"
        >
          Set gates
        </button>
        <button
          type="button"
          onClick={onClose}
          className="h-8 rounded border border-control-line px-3 text-ink text-sm hover:bg-raised"
        >
          Cancel
        </button>
      </div>
      {failure !== undefined && <FailureNotice failure={failure} />}
    </form>
  );
}

function Check(props: { words: string; isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <label className="flex min-h-6 items-start gap-2">
      <input
        type="checkbox"
        className="mt-0.5"
        checked={props.isOn}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      {props.words}
    </label>
  );
}

function MetricGates({
  measured,
  drafts,
  onChange,
}: {
  measured: readonly MeasuredMetric[];
  drafts: readonly MetricDraft[];
  onChange: (drafts: MetricDraft[]) => void;
}) {
  const put = (at: number, change: Partial<MetricDraft>) =>
    onChange(drafts.map((draft, n) => (n === at ? { ...draft, ...change } : draft)));
  const first = measured[0];
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1">Thresholds; the end of the 95 % interval that is worse decides</legend>
      {drafts.map((draft, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own
        <div key={at} data-testid="metric-gate" className="flex flex-col gap-1 border-line border-l-2 pl-2">
          <select
            aria-label="Metric"
            value={keyOf(draft)}
            onChange={(event) => {
              const found = measured.find((metric) => keyOf(metric) === event.target.value);
              if (found) put(at, { metric: found.metric, structure: found.structure, data: found.data });
            }}
            className={field}
          >
            {measured.every((metric) => keyOf(metric) !== keyOf(draft)) && (
              <option value={keyOf(draft)}>{wordsOf(draft)}</option>
            )}
            {measured.map((metric) => (
              <option key={keyOf(metric)} value={keyOf(metric)}>
                {wordsOf(metric)}: {metric.words}
              </option>
            ))}
          </select>
          <div className="flex items-center gap-2">
            <Bound words="at least" value={draft.atLeast} onChange={(atLeast) => put(at, { atLeast })} />
            <Bound words="at most" value={draft.atMost} onChange={(atMost) => put(at, { atMost })} />
            <button
              type="button"
              onClick={() => onChange(drafts.filter((_, n) => n !== at))}
              className={button}
            >
              Drop<span className="sr-only"> the threshold on {wordsOf(draft)}</span>
            </button>
          </div>
        </div>
      ))}
      {first === undefined ? (
        <p>No quality was measured for this model: there is nothing to set a threshold on.</p>
      ) : (
        <button
          type="button"
          data-testid="add-metric-gate"
          onClick={() => onChange([...drafts, { ...first, atLeast: '', atMost: '' }])}
          className={`self-start ${button}`}
        >
          Add a threshold
        </button>
      )}
    </fieldset>
  );
}

function Bound(props: { words: string; value: string; onChange: (value: string) => void }) {
  return (
    <label className="flex min-w-0 items-center gap-1">
      {props.words}
      <input
        type="number"
        step="any"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        className={`w-16 ${field}`}
      />
    </label>
  );
}

type Which = Pick<MetricDraft, 'metric' | 'structure' | 'data'>;
const keyOf = ({ metric, structure, data }: Which) => JSON.stringify([metric, structure, data]);
const wordsOf = ({ metric, structure, data }: Which) =>
  `${metric} ${structure === null ? '(mean)' : `of ${structure.replaceAll('_', ' ')}`} on ${data}`;
