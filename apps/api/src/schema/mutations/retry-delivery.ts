// One delivery of a webhook once more: its receiver was away, or lost it.
import type { Delivery } from '@tomograph/registry';
import { builder } from '../builder.js';
import { decodeId } from '../global-id.js';
import { WebhookDeliveryRef } from '../models/webhook.js';
import { type Settled, settle } from '../user-error.js';
import { PayloadRef } from './payload.js';

const RetryDeliveryInput = builder.inputType('RetryDeliveryInput', {
  fields: (t) => ({ delivery: t.id({ required: true }), clientMutationId: t.string() }),
});
const RetryDeliveryPayload = builder.objectRef<Settled<Delivery>>('RetryDeliveryPayload').implement({
  interfaces: [PayloadRef],
  fields: (t) => ({
    delivery: t.field({ type: WebhookDeliveryRef, nullable: true, resolve: ({ value }) => value }),
  }),
});

builder.mutationFields((t) => ({
  retryDelivery: t.field({
    type: RetryDeliveryPayload,
    description:
      'ADMIN. Sends a delivery again within seconds, under the same delivery id: a receiver that has it drops it.',
    args: { input: t.arg({ type: RetryDeliveryInput, required: true }) },
    resolve: (_root, { input }, { webhooks, viewer }) =>
      settle(input.clientMutationId, async () =>
        webhooks.retry(viewer, decodeId('WebhookDelivery', input.delivery, 'delivery')),
      ),
  }),
}));
