'use client';
// Webhooks of the registry, for an administrator: who is called, what became of every delivery, and one more try.
import { type FormEvent, useState } from 'react';
import { plural, timeText } from '../format/quantities';
import { type ApiFailure, failFromUserErrors, toApiFailure } from '../graphql/api-failure';
import { type Data, request } from '../graphql/client';
import type { RegistryEventKind, WebhookDeliveryState } from '../graphql/generated/types';
import { useOperation } from '../graphql/use-operation';
import { FailureNotice, Panel } from '../shell/notices';

export type Webhook = Data<'Webhooks'>['webhooks'][number];
type Delivery = Webhook['deliveries'][number];

const eventWords: Record<RegistryEventKind, string> = {
  MODEL_VERSION_CREATED: 'a version was registered',
  ALIAS_CREATED: 'an alias was moved',
  ALIAS_DELETED: 'an alias was removed',
  ALIAS_POLICY_SET: 'gates were set',
  CERTIFICATE_ISSUED: 'a certificate was issued',
};
const eventKinds = Object.keys(eventWords) as RegistryEventKind[];
const stateWords: Record<WebhookDeliveryState, string> = {
  PENDING: 'waits',
  DELIVERED: 'delivered',
  FAILED: 'failed',
};
const stateColours: Record<WebhookDeliveryState, string> = {
  PENDING: 'text-ink-soft',
  DELIVERED: 'text-absent',
  FAILED: 'text-danger',
};
const field = 'h-8 min-w-0 rounded border border-control-line bg-raised px-2 text-ink text-sm';
const button = 'min-h-6 rounded border border-control-line px-2 text-xs hover:bg-raised';

export function WebhooksPanel({ models }: { models: readonly string[] }) {
  const { data, failure, reload } = useOperation('Webhooks', {});
  const [refusal, setRefusal] = useState<ApiFailure>();
  const [secret, setSecret] = useState<string>();
  const guarded = async (work: () => Promise<void>) => {
    setRefusal(undefined);
    try {
      await work();
    } catch (error) {
      setRefusal(toApiFailure(error));
    }
    reload();
  };
  return (
    <Panel title="Webhooks" testId="webhooks" aside="signed with HMAC-SHA256, tried again for hours">
      {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
      {secret !== undefined && <Secret secret={secret} onDone={() => setSecret(undefined)} />}
      <NewWebhook
        models={models}
        onMade={(made) => {
          setSecret(made);
          reload();
        }}
      />
      {refusal !== undefined && <FailureNotice failure={refusal} />}
      {data?.webhooks.length === 0 && (
        <p className="mt-3 text-ink-soft text-sm">Nobody is called yet when the registry changes.</p>
      )}
      <ul className="mt-2">
        {data?.webhooks.toReversed().map((webhook) => (
          <WebhookRow key={webhook.id} webhook={webhook} onAct={guarded} onReload={reload} />
        ))}
      </ul>
    </Panel>
  );
}

function NewWebhook({ models, onMade }: { models: readonly string[]; onMade: (secret: string) => void }) {
  const [failure, setFailure] = useState<ApiFailure>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const model = String(fields.get('model'));
    const events = eventKinds.filter((kind) => fields.get(kind) !== null);
    setFailure(undefined);
    try {
      const input = { url: String(fields.get('url')).trim(), events, ...(model === '' ? {} : { model }) };
      const { createWebhook } = await request('CreateWebhook', { input });
      failFromUserErrors(createWebhook.userErrors);
      form.reset();
      if (createWebhook.secret !== null) onMade(createWebhook.secret);
    } catch (error) {
      setFailure(toApiFailure(error));
    }
  };
  return (
    <form onSubmit={submit} data-testid="new-webhook" className="flex flex-col gap-2 text-ink-soft text-xs">
      <div className="flex flex-wrap gap-2">
        <label className="flex min-w-48 flex-1 flex-col gap-1">
          Address
          <input
            name="url"
            required
            maxLength={2000}
            placeholder="https://…"
            autoComplete="off"
            className={field}
          />
        </label>
        <label className="flex flex-col gap-1">
          Of
          <select name="model" className={field}>
            <option value="">every model</option>
            {models.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
        <legend className="mb-1">When</legend>
        {eventKinds.map((kind) => (
          <label key={kind} className="flex min-h-6 items-center gap-1">
            <input type="checkbox" name={kind} defaultChecked={kind === 'ALIAS_CREATED'} />
            {eventWords[kind]}
          </label>
        ))}
      </fieldset>
      <button
        type="submit"
        data-testid="create-webhook"
        className="h-8 self-start rounded bg-accent px-3 font-medium text-accent-ink text-sm"
      >
        Make a webhook
      </button>
      {failure !== undefined && <FailureNotice failure={failure} />}
    </form>
  );
}

function Secret({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <div
      role="status"
      data-testid="webhook-secret"
      className="mb-3 rounded border border-absent/40 bg-absent-wash p-2 text-sm"
    >
      <p>Copy the secret now; it is not shown again. It signs every delivery.</p>
      <div className="mt-1 flex flex-wrap items-center gap-2">
        <code className="break-all font-mono text-xs">{secret}</code>
        <button type="button" className={button} onClick={() => void navigator.clipboard.writeText(secret)}>
          Copy
        </button>
        <button type="button" className={button} onClick={onDone}>
          Done
        </button>
      </div>
    </div>
  );
}

type Act = (work: () => Promise<void>) => Promise<void>;

export function WebhookRow(props: { webhook: Webhook; onAct: Act; onReload: () => void }) {
  const { webhook, onAct, onReload } = props;
  const { id, url, events, model, createdAt, createdBy, disabledAt, deliveries } = webhook;
  const isDisabled = disabledAt !== null;
  const input = { webhook: id };
  return (
    <li data-testid="webhook" data-disabled={isDisabled} className="border-line border-t py-2 text-sm">
      <div className="flex flex-wrap items-center gap-2">
        <code className={`min-w-0 break-all font-mono text-xs ${isDisabled ? 'line-through' : ''}`}>
          {url}
        </code>
        {isDisabled && <span className="text-danger text-xs">disabled {timeText(disabledAt)}</span>}
        {!isDisabled && (
          <span className="ml-auto flex gap-2">
            <button
              type="button"
              data-testid="test-webhook"
              className={button}
              onClick={() =>
                void onAct(async () =>
                  failFromUserErrors((await request('TestWebhook', { input })).testWebhook.userErrors),
                )
              }
            >
              Send the newest event<span className="sr-only"> to {url}</span>
            </button>
            <button
              type="button"
              data-testid="disable-webhook"
              className={button}
              onClick={() =>
                void onAct(async () =>
                  failFromUserErrors((await request('DeleteWebhook', { input })).deleteWebhook.userErrors),
                )
              }
            >
              Disable<span className="sr-only"> {url}</span>
            </button>
          </span>
        )}
      </div>
      <p className="text-ink-soft text-xs">
        When {events.map((kind) => eventWords[kind]).join(', ')}; of {model ?? 'every model'}. Made{' '}
        {timeText(createdAt)} by {createdBy}.
      </p>
      <details data-testid="deliveries" className="mt-1 text-xs">
        <summary>
          {deliveries.length === 0
            ? 'No delivery yet'
            : plural(deliveries.length, 'newest delivery', 'newest deliveries')}
        </summary>
        <button type="button" className={`my-1 ${button}`} onClick={onReload}>
          Look again
        </button>
        <ol className="flex flex-col gap-1">
          {deliveries.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} onAct={onAct} mayRetry={!isDisabled} />
          ))}
        </ol>
      </details>
    </li>
  );
}

function DeliveryRow({ delivery, onAct, mayRetry }: { delivery: Delivery; onAct: Act; mayRetry: boolean }) {
  const { id, deliveryId, eventSeq, state, attempts, nextAttemptAt } = delivery;
  return (
    <li data-testid="delivery" data-state={state} className="border-line border-l-2 pl-2">
      <p className="flex flex-wrap items-center gap-2">
        <span className="tabular-nums">event #{eventSeq}</span>
        <strong className={`font-medium ${stateColours[state]}`}>{stateWords[state]}</strong>
        <code className="font-mono text-2xs text-ink-soft">{deliveryId}</code>
        {mayRetry && state !== 'PENDING' && (
          <button
            type="button"
            data-testid="retry-delivery"
            className={button}
            onClick={() =>
              void onAct(async () =>
                failFromUserErrors(
                  (await request('RetryDelivery', { input: { delivery: id } })).retryDelivery.userErrors,
                ),
              )
            }
          >
            Send again<span className="sr-only"> event #{eventSeq}</span>
          </button>
        )}
      </p>
      {attempts.map(({ attempt, at, status, error }) => (
        <p key={attempt} className="text-ink-soft tabular-nums">
          {attempt}. {timeText(at)}: {status === null ? 'no answer' : `HTTP ${status}`}
          {error === null ? '' : `, ${error}`}
        </p>
      ))}
      {state === 'PENDING' && nextAttemptAt !== null && (
        <p className="text-ink-soft">next try {timeText(nextAttemptAt)}</p>
      )}
    </li>
  );
}
