// Mutations of the registry itself: aliases and webhooks. What was written stays: a rollback is one more event.

import { AppError } from '@tomograph/kernel';
import type { Delivery, VersionRow, Webhook } from '@tomograph/registry';
import { moveAlias, setAliasPolicy } from '../../models/move-alias.js';
import { builder } from '../builder.js';
import { decodeId } from '../global-id.js';
import { ModelRef, ModelVersionRef } from '../models/model-refs.js';
import { RegistryEventKindEnum, WebhookDeliveryRef, WebhookRef } from '../models/webhook.js';
import { type Settled, settle } from '../user-error.js';
import { PayloadRef } from './payload.js';

const maxWhyChars = 2000;

const PromoteModelInput = builder.inputType('PromoteModelInput', {
  fields: (t) => ({
    model: t.string({ required: true }),
    version: t.int({ required: true }),
    alias: t.string({ required: true, description: '`champion`, `challenger` …' }),
    why: t.string({ required: true, description: 'Stands in the log.' }),
    clientMutationId: t.string(),
  }),
});
const PromoteModelPayload = versionPayload('PromoteModelPayload');

const RollbackModelInput = builder.inputType('RollbackModelInput', {
  fields: (t) => ({
    model: t.string({ required: true }),
    alias: t.string({ required: true }),
    why: t.string({ required: true, description: 'Stands in the log.' }),
    clientMutationId: t.string(),
  }),
});
const RollbackModelPayload = versionPayload('RollbackModelPayload');

const MetricGateInput = builder.inputType('MetricGateInput', {
  description: 'The lower end of the interval decides for atLeast, the upper end for atMost.',
  fields: (t) => ({
    metric: t.string({ required: true, description: '`dice` …' }),
    structure: t.string({ description: 'The mean over all when left out.' }),
    data: t.string({ required: true, description: 'What it was measured on, as the version says it.' }),
    atLeast: t.float(),
    atMost: t.float(),
  }),
});
const SetAliasPolicyInput = builder.inputType('SetAliasPolicyInput', {
  fields: (t) => ({
    model: t.string({ required: true }),
    alias: t.string({ required: true }),
    isProtected: t.boolean({ required: true, description: 'Moved by an ADMIN only.' }),
    needsCertificate: t.boolean({ required: true }),
    metrics: t.field({ type: [MetricGateInput] }),
    why: t.string({ required: true, description: 'Stands in the log.' }),
    clientMutationId: t.string(),
  }),
});
const SetAliasPolicyPayload = builder.objectRef<Settled<string>>('SetAliasPolicyPayload').implement({
  interfaces: [PayloadRef],
  fields: (t) => ({
    model: t.field({
      type: ModelRef,
      nullable: true,
      resolve: ({ value }) => (value === null ? null : { name: value }),
    }),
  }),
});

const CreateWebhookInput = builder.inputType('CreateWebhookInput', {
  fields: (t) => ({
    url: t.string({ required: true, description: 'https://, and no private address.' }),
    events: t.field({ type: [RegistryEventKindEnum], required: true }),
    model: t.string({ description: 'One model; all when left out.' }),
    clientMutationId: t.string(),
  }),
});
const CreateWebhookPayload = builder
  .objectRef<Settled<{ webhook: Webhook; secret: string }>>('CreateWebhookPayload')
  .implement({
    interfaces: [PayloadRef],
    fields: (t) => ({
      webhook: t.field({ type: WebhookRef, nullable: true, resolve: ({ value }) => value?.webhook }),
      secret: t.string({
        nullable: true,
        description: 'Signs every delivery; shown this once.',
        resolve: ({ value }) => value?.secret,
      }),
    }),
  });

const webhookInput = (name: string) =>
  builder.inputType(name, {
    fields: (t) => ({ webhook: t.id({ required: true }), clientMutationId: t.string() }),
  });
const DeleteWebhookInput = webhookInput('DeleteWebhookInput');
const TestWebhookInput = webhookInput('TestWebhookInput');
const DeleteWebhookPayload = builder.objectRef<Settled<Webhook>>('DeleteWebhookPayload').implement({
  interfaces: [PayloadRef],
  fields: (t) => ({ webhook: t.field({ type: WebhookRef, nullable: true, resolve: ({ value }) => value }) }),
});
const TestWebhookPayload = builder.objectRef<Settled<Delivery>>('TestWebhookPayload').implement({
  interfaces: [PayloadRef],
  fields: (t) => ({
    delivery: t.field({ type: WebhookDeliveryRef, nullable: true, resolve: ({ value }) => value }),
  }),
});

builder.mutationFields((t) => ({
  promoteModel: t.field({
    type: PromoteModelPayload,
    description: 'CURATOR; ADMIN for a protected alias. Refused by any gate that fails, whoever asks.',
    args: { input: t.arg({ type: PromoteModelInput, required: true }) },
    resolve: (_root, { input }, { models, viewer }) =>
      settle(input.clientMutationId, async () => {
        const { model, alias, version } = input;
        return moveAlias(models, viewer, { model, alias, version, why: whyOf(input.why) });
      }),
  }),
  rollbackModel: t.field({
    type: RollbackModelPayload,
    description: 'CURATOR; ADMIN for a protected alias. Back to the version before the last promotion.',
    args: { input: t.arg({ type: RollbackModelInput, required: true }) },
    resolve: (_root, { input }, { models, viewer }) =>
      settle(input.clientMutationId, async () =>
        moveAlias(models, viewer, { model: input.model, alias: input.alias, why: whyOf(input.why) }),
      ),
  }),
  setAliasPolicy: t.field({
    type: SetAliasPolicyPayload,
    description: 'ADMIN. Gates of an alias from now on; a red certificate is refused whatever they say.',
    args: { input: t.arg({ type: SetAliasPolicyInput, required: true }) },
    resolve: (_root, { input }, { models, viewer }) =>
      settle(input.clientMutationId, async () => {
        const metrics = (input.metrics ?? []).map(({ metric, structure, data, atLeast, atMost }) => ({
          kind: 'metric' as const,
          name: metric,
          structure: structure ?? null,
          data,
          atLeast: atLeast ?? null,
          atMost: atMost ?? null,
        }));
        const certificate = input.needsCertificate ? [{ kind: 'certificate' as const }] : [];
        const { model, alias, isProtected } = input;
        const policy = { isProtected, gates: [...certificate, ...metrics] };
        return setAliasPolicy(models, viewer, { model, alias, why: whyOf(input.why), policy });
      }),
  }),
  createWebhook: t.field({
    type: CreateWebhookPayload,
    description: 'ADMIN. For events from now on.',
    args: { input: t.arg({ type: CreateWebhookInput, required: true }) },
    resolve: (_root, { input }, { webhooks, viewer }) =>
      settle(input.clientMutationId, async () =>
        webhooks.create(viewer, { url: input.url, events: input.events, model: input.model ?? null }),
      ),
  }),
  deleteWebhook: t.field({
    type: DeleteWebhookPayload,
    description: 'ADMIN. Nothing is delivered any more; the log stays.',
    args: { input: t.arg({ type: DeleteWebhookInput, required: true }) },
    resolve: (_root, { input }, { webhooks, viewer }) =>
      settle(input.clientMutationId, async () =>
        webhooks.disable(viewer, decodeId('Webhook', input.webhook, 'webhook')),
      ),
  }),
  testWebhook: t.field({
    type: TestWebhookPayload,
    description: 'ADMIN. Delivers the newest event of the log now and says what became of it.',
    args: { input: t.arg({ type: TestWebhookInput, required: true }) },
    resolve: (_root, { input }, { webhooks, viewer }) =>
      settle(input.clientMutationId, async () =>
        webhooks.test(viewer, decodeId('Webhook', input.webhook, 'webhook')),
      ),
  }),
}));

export function whyOf(why: string): string {
  const text = why.trim();
  if (text.length > 0 && text.length <= maxWhyChars) return text;
  throw new AppError('INVALID_ARGUMENT', {
    message: `why must have 1 to ${maxWhyChars} characters: it stands in the log for whoever asks later`,
    facts: { argument: 'why', got: text.length },
  });
}

function versionPayload(name: string) {
  return builder.objectRef<Settled<VersionRow>>(name).implement({
    interfaces: [PayloadRef],
    fields: (t) => ({
      version: t.field({ type: ModelVersionRef, nullable: true, resolve: ({ value }) => value }),
    }),
  });
}
