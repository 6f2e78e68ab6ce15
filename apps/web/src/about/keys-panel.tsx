'use client';
// API keys, for an administrator: list, make (shown once), revoke.
import { type FormEvent, useState } from 'react';
import { timeText } from '../format/quantities';
import { type ApiFailure, failFromUserErrors, toApiFailure } from '../graphql/api-failure';
import { request } from '../graphql/client';
import type { KeyPartsFragment, Role } from '../graphql/generated/types';
import { useOperation } from '../graphql/use-operation';
import { FailureNotice, Panel } from '../shell/notices';

const roles = ['READER', 'CURATOR', 'ADMIN'] as const satisfies readonly Role[];
const roleWords: Record<Role, string> = {
  READER: 'reader: search and look',
  CURATOR: 'curator: and ingest',
  ADMIN: 'admin: and keys, spaces, erasure',
};

/** @param ownPrefix of the key that this page itself acts with: revoked here, it would lock everybody out */
export function KeysPanel({ ownPrefix }: { ownPrefix: string }) {
  const { data, failure, reload } = useOperation('ApiKeys', { first: 100 });
  const [refusal, setRefusal] = useState<ApiFailure>();
  const [made, setMade] = useState<string>();
  const keys = data?.viewer.apiKeys?.edges.map((edge) => edge.node) ?? [];

  const guarded = async (work: () => Promise<void>) => {
    setRefusal(undefined);
    try {
      await work();
      reload();
    } catch (error) {
      setRefusal(toApiFailure(error));
    }
  };
  const create = (name: string, role: Role) =>
    guarded(async () => {
      const { createApiKey } = await request('CreateApiKey', { input: { name, role } });
      failFromUserErrors(createApiKey.userErrors);
      setMade(createApiKey.key ?? undefined);
    });
  const revoke = (apiKey: string) =>
    guarded(async () => {
      const { revokeApiKey } = await request('RevokeApiKey', { input: { apiKey } });
      failFromUserErrors(revokeApiKey.userErrors);
    });

  return (
    <Panel
      title="API keys"
      testId="keys"
      aside="For scripts and integrations; this page itself uses the server’s local key"
    >
      {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
      {refusal !== undefined && <FailureNotice failure={refusal} />}
      {made !== undefined && <MadeKey secret={made} onDone={() => setMade(undefined)} />}
      <NewKeyForm onCreate={create} />
      <ul className="mt-2">
        {keys.map((key) => (
          <KeyRow
            key={key.id}
            apiKey={key}
            isOwn={key.prefix === ownPrefix}
            onRevoke={() => void revoke(key.id)}
          />
        ))}
      </ul>
    </Panel>
  );
}

function NewKeyForm({ onCreate }: { onCreate: (name: string, role: Role) => Promise<void> }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const role = roles.find((candidate) => candidate === fields.get('role')) ?? 'READER';
    void onCreate(String(fields.get('name')).trim(), role).then(() => form.reset());
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2 text-xs">
      <label className="flex flex-1 flex-col gap-1 text-ink-soft">
        Name
        <input
          name="name"
          required
          maxLength={100}
          autoComplete="off"
          className="h-8 min-w-32 rounded border border-control-line bg-raised px-2 text-ink text-sm"
        />
      </label>
      <label className="flex flex-col gap-1 text-ink-soft">
        Role
        <select
          name="role"
          className="h-8 rounded border border-control-line bg-raised px-1 text-ink text-sm"
        >
          {roles.map((role) => (
            <option key={role} value={role}>
              {roleWords[role]}
            </option>
          ))}
        </select>
      </label>
      <button
        type="submit"
        data-testid="create-key"
        className="h-8 rounded bg-accent px-3 font-medium text-accent-ink text-sm"
      >
        Make a key
      </button>
    </form>
  );
}

function MadeKey({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <div
      role="status"
      data-testid="made-key"
      className="mb-3 rounded border border-absent/40 bg-absent-wash p-2 text-sm"
    >
      <p>Copy the key now; it is not shown again.</p>
      <div className="mt-1 flex flex-wrap items-center gap-2">
        <code className="break-all font-mono text-xs">{secret}</code>
        <button
          type="button"
          className="rounded border border-control-line px-2 py-0.5 text-xs"
          onClick={() => void navigator.clipboard.writeText(secret)}
        >
          Copy
        </button>
        <button
          type="button"
          className="rounded border border-control-line px-2 py-0.5 text-xs"
          onClick={onDone}
        >
          Done
        </button>
      </div>
    </div>
  );
}

function KeyRow(props: { apiKey: KeyPartsFragment; isOwn: boolean; onRevoke: () => void }) {
  const { apiKey, isOwn, onRevoke } = props;
  const isRevoked = apiKey.revokedAt !== null;
  return (
    <li
      data-testid="key"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-t py-1.5 text-sm first:border-t-0"
    >
      <span className={isRevoked ? 'text-ink-soft line-through' : ''}>{apiKey.name}</span>
      <code className="font-mono text-ink-soft text-xs">{apiKey.prefix}…</code>
      <span className="text-ink-soft text-xs">{apiKey.role.toLowerCase()}</span>
      <span className="ml-auto text-ink-soft text-xs tabular-nums">
        {apiKey.lastUsedAt === null ? 'never used' : `used ${timeText(apiKey.lastUsedAt)}`}
      </span>
      {isRevoked && <span className="text-danger text-xs">revoked</span>}
      {!isRevoked && isOwn && <span className="text-ink-soft text-xs">used by this page</span>}
      {!isRevoked && !isOwn && (
        <button
          type="button"
          onClick={onRevoke}
          className="rounded border border-control-line px-2 py-0.5 text-xs hover:bg-raised"
        >
          Revoke<span className="sr-only"> {apiKey.name}</span>
        </button>
      )}
    </li>
  );
}
