// Webhooks with their delivery log. ADMIN only: addresses may tell how a house is built.
import {
  type Delivery,
  type DeliveryAttempt,
  type RegistryEventKind,
  registryEventKinds,
  type Webhook,
} from '@tomograph/registry';
import { builder, cost } from '../builder.js';
import { encodeId } from '../global-id.js';

type EventName =
  | 'MODEL_VERSION_CREATED'
  | 'ALIAS_CREATED'
  | 'ALIAS_DELETED'
  | 'ALIAS_POLICY_SET'
  | 'CERTIFICATE_ISSUED';
const kindOf: Record<EventName, RegistryEventKind> = {
  MODEL_VERSION_CREATED: 'model_version.created',
  ALIAS_CREATED: 'model_version_alias.created',
  ALIAS_DELETED: 'model_version_alias.deleted',
  ALIAS_POLICY_SET: 'alias_policy.set',
  CERTIFICATE_ISSUED: 'certificate.issued',
};

/** GraphQL names have no dots; the values are those of the log. */
export const RegistryEventKindEnum = builder.enumType('RegistryEventKind', {
  values: Object.fromEntries(Object.entries(kindOf).map(([name, value]) => [name, { value }])) as Record<
    EventName,
    { value: RegistryEventKind }
  >,
});
if (Object.keys(kindOf).length !== registryEventKinds.length) {
  throw new TypeError('an event of the registry has no name in the schema');
}

const DeliveryStateEnum = builder.enumType('WebhookDeliveryState', {
  values: ['PENDING', 'DELIVERED', 'FAILED'] as const,
});

const AttemptRef = builder.objectRef<DeliveryAttempt>('WebhookAttempt').implement({
  fields: (t) => ({
    attempt: t.exposeInt('attempt'),
    at: t.field({ type: 'DateTime', resolve: ({ at }) => at }),
    durationMs: t.exposeFloat('durationMs'),
    status: t.exposeInt('status', { nullable: true, description: 'HTTP; null: there was no answer.' }),
    error: t.exposeString('error', { nullable: true, description: 'Null when delivered.' }),
  }),
});

export const WebhookDeliveryRef = builder.objectRef<Delivery>('WebhookDelivery').implement({
  fields: (t) => ({
    id: t.id({
      description: 'For people; X-Tomograph-Delivery-ID carries `deliveryId`.',
      resolve: ({ id }) => encodeId('WebhookDelivery', id),
    }),
    deliveryId: t.string({ resolve: ({ id }) => id }),
    eventSeq: t.exposeInt('eventSeq'),
    state: t.field({ type: DeliveryStateEnum, resolve: ({ state }) => state }),
    attempts: t.field({
      type: [AttemptRef],
      description: 'Oldest first.',
      extensions: cost({ listSize: 3, ownCost: 2 }),
      resolve: ({ id }, _args, { webhooks }) => webhooks.store.attempts(id),
    }),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ nextAttemptAt }) => nextAttemptAt,
    }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt }),
  }),
});

export const WebhookRef = builder.objectRef<Webhook>('Webhook').implement({
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => encodeId('Webhook', id) }),
    url: t.exposeString('url'),
    events: t.field({ type: [RegistryEventKindEnum], resolve: ({ events }) => [...events] }),
    model: t.exposeString('model', { nullable: true, description: 'Null: all.' }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt }),
    createdBy: t.exposeString('createdBy'),
    disabledAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ disabledAt }) => disabledAt }),
    deliveries: t.field({
      type: [WebhookDeliveryRef],
      description: 'Newest first, at most 50.',
      extensions: cost({ listSize: 50 }),
      resolve: ({ id }, _args, { webhooks }) => webhooks.store.deliveries(id, 50),
    }),
  }),
});

builder.queryFields((t) => ({
  webhooks: t.field({
    type: [WebhookRef],
    description: 'ADMIN only. Oldest first.',
    extensions: cost({ listSize: 5 }),
    resolve: async (_root, _args, { webhooks, viewer }) => webhooks.list(viewer),
  }),
}));
