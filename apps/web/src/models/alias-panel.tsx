'use client';
// Today's aliases of a model, and everything that ever happened to them. Rolling back is one more event.
import { type FormEvent, useState } from 'react';
import { timeText } from '../format/quantities';
import { type ApiFailure, failFromUserErrors, toApiFailure } from '../graphql/api-failure';
import { type Data, request } from '../graphql/client';
import { useMay } from '../graphql/use-role';
import { FailureNotice, Panel } from '../shell/notices';
import { AliasPolicies } from './alias-policy-form';

type Model = NonNullable<Data<'ModelDetail'>['model']>;
type Alias = Model['aliases'][number];
type AliasEvent = Model['aliasHistory'][number];

export function AliasPanel({ model, onChanged }: { model: Model; onChanged: () => void }) {
  const isAdmin = useMay('ADMIN');
  return (
    <Panel title="Aliases" testId="aliases">
      {model.aliases.length === 0 && (
        <p className="text-ink-soft text-sm">No alias: nothing serves under a name.</p>
      )}
      <ul className="flex flex-col gap-2">
        {model.aliases.map((alias) => (
          <AliasRow key={alias.alias} model={model.name} alias={alias} onChanged={onChanged} />
        ))}
      </ul>
      <AliasPolicies model={model} maySet={isAdmin} onChanged={onChanged} />
      <h3 className="mt-4 mb-1 font-medium text-xs">History</h3>
      {model.aliasHistory.length === 0 && <p className="text-ink-soft text-xs">Nothing yet.</p>}
      <ol className="flex flex-col gap-2 text-xs" data-testid="alias-history">
        {model.aliasHistory.map((event) => (
          <HistoryRow key={event.seq} event={event} />
        ))}
      </ol>
    </Panel>
  );
}

function AliasRow({ model, alias, onChanged }: { model: string; alias: Alias; onChanged: () => void }) {
  const isAdmin = useMay('ADMIN');
  const isCurator = useMay('CURATOR');
  const mayMove = alias.isProtected ? isAdmin : isCurator;
  return (
    <li data-testid="alias" data-alias={alias.alias} className="text-sm">
      <div className="flex flex-wrap items-center gap-2">
        <code className="font-mono">@{alias.alias}</code>
        <span className="tabular-nums">v{alias.version.version}</span>
        {alias.isProtected && (
          <span className="rounded bg-uncertain-wash px-1.5 text-2xs text-uncertain">protected</span>
        )}
      </div>
      {mayMove && alias.canRollBack && (
        <WhyForm
          action="Roll back"
          subject={`@${alias.alias}`}
          testId="rollback"
          onDone={onChanged}
          act={async (why) => {
            const input = { model, alias: alias.alias, why };
            failFromUserErrors((await request('RollbackModel', { input })).rollbackModel.userErrors);
          }}
        />
      )}
      {mayMove && (
        <WhyForm
          action="Remove"
          subject={`@${alias.alias}`}
          testId="remove-alias"
          onDone={onChanged}
          act={async (why) => {
            const input = { model, alias: alias.alias, why };
            failFromUserErrors((await request('RemoveAlias', { input })).removeAlias.userErrors);
          }}
        />
      )}
    </li>
  );
}

const actionWords = { PROMOTE: 'promoted', ROLLBACK: 'rolled back', REMOVE: 'removed' } as const;

function HistoryRow({ event }: { event: AliasEvent }) {
  const to = event.to === null ? '' : ` to v${event.to}`;
  const from = event.from === null ? '' : ` from v${event.from}`;
  return (
    <li data-testid="alias-event" className="border-line border-l-2 pl-2">
      <p>
        <code className="font-mono">@{event.alias}</code> {actionWords[event.action]}
        {from}
        {to}
      </p>
      <p className="text-ink-soft">
        #{event.seq} · {timeText(event.at)} · {event.who}
      </p>
      <p>“{event.why}”</p>
      {event.gates.map(({ gate, ok, reason }) => (
        <p key={gate} className={ok ? 'text-absent' : 'text-danger'}>
          {ok ? '✓' : '✗'} {gate}: {reason}
        </p>
      ))}
    </li>
  );
}

interface WhyFormProps {
  readonly action: string;
  readonly subject: string;
  readonly testId: string;
  /** Throws what keeps it from happening. */
  readonly act: (why: string, alias: string) => Promise<void>;
  readonly onDone: () => void;
  /** Asks for the alias too, with these to choose from. */
  readonly aliases?: readonly string[];
}

/** A deed that stands in the log for good: it asks why first. */
export function WhyForm({ action, subject, testId, act, onDone, aliases }: WhyFormProps) {
  const [isOpen, setIsOpen] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const field = 'h-8 min-w-0 flex-1 rounded border border-control-line bg-raised px-2 text-ink text-sm';
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setFailure(undefined);
    const fields = new FormData(event.currentTarget);
    try {
      await act(String(fields.get('why')), String(fields.get('alias') ?? ''));
      setIsOpen(false);
      onDone();
    } catch (error) {
      setFailure(toApiFailure(error));
    }
  };
  if (!isOpen) {
    return (
      <button
        type="button"
        data-testid={testId}
        onClick={() => setIsOpen(true)}
        className="min-h-6 rounded border border-control-line px-2 text-xs hover:bg-raised"
      >
        {action}…<span className="sr-only"> {subject}</span>
      </button>
    );
  }
  return (
    <form
      onSubmit={submit}
      className="mt-1 flex flex-col gap-2 rounded border border-line p-2 text-ink-soft text-xs"
    >
      {aliases !== undefined && (
        <label className="flex items-center gap-2">
          Alias
          <input
            name="alias"
            required
            defaultValue={aliases[0]}
            list="known-aliases"
            pattern="[a-z][a-z0-9_\-]{0,31}"
            autoComplete="off"
            className={field}
          />
          <datalist id="known-aliases">
            {aliases.map((alias) => (
              <option key={alias} value={alias} />
            ))}
          </datalist>
        </label>
      )}
      <label className="flex items-center gap-2">
        Why
        <input name="why" required maxLength={2000} autoComplete="off" className={field} />
      </label>
      <div className="flex gap-2">
        <button
          type="submit"
          data-testid={`${testId}-confirm`}
          className="h-8 rounded bg-accent px-3 font-medium text-accent-ink text-sm"
        >
          {action}
        </button>
        <button
          type="button"
          onClick={() => setIsOpen(false)}
          className="h-8 rounded border border-control-line px-3 text-ink text-sm hover:bg-raised"
        >
          Cancel
        </button>
      </div>
      {failure !== undefined && <FailureNotice failure={failure} />}
    </form>
  );
}
