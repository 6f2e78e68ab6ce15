// Webhooks and their delivery log on Postgres: the port of packages/registry. Not the calling.
import type { Delivery, DeliveryAttempt, Webhook, WebhookStore } from '@tomograph/registry';
import type { SqlDatabase } from '../connection/sql.js';

const webhookColumns = `id::text, url, events, model, created_at as "createdAt", created_by as "createdBy",
  disabled_at as "disabledAt", queued_through as "queuedThrough"`;
const deliveryColumns = `d.id::text, d.webhook_id::text as "webhookId", d.event_seq as "eventSeq", d.state, d.attempts,
  d.next_attempt_at as "nextAttemptAt", d.created_at as "createdAt"`;

export function postgresWebhookStore(sql: SqlDatabase): WebhookStore {
  const select = (where: string, values: readonly unknown[]) =>
    sql.query<Webhook>(`select ${webhookColumns} from webhook ${where}`, values);
  const selectDeliveries = (where: string, values: readonly unknown[]) =>
    sql.query<Delivery>(`select ${deliveryColumns} from webhook_delivery d ${where}`, values);
  return {
    async add({ id, url, events, model, createdAt, createdBy, disabledAt, queuedThrough }) {
      await sql.query(
        `insert into webhook (id, url, events, model, created_at, created_by, disabled_at, queued_through)
           values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [id, url, events, model, createdAt, createdBy, disabledAt, queuedThrough],
      );
    },
    list: () => select('order by created_at, id', []),
    get: async (id) => (await select('where id = $1', [id]))[0],
    async disable(id, at) {
      await sql.query('update webhook set disabled_at = $2 where id = $1 and disabled_at is null', [id, at]);
    },
    queue: (id, events, through, at) =>
      sql.transaction(async (tx) => {
        await tx.query(
          `insert into webhook_delivery (webhook_id, event_seq, next_attempt_at, created_at)
             select $1, seq, $3, $3 from unnest($2::bigint[]) as seq on conflict (webhook_id, event_seq) do nothing`,
          [id, events, at],
        );
        await tx.query('update webhook set queued_through = greatest(queued_through, $2) where id = $1', [
          id,
          through,
        ]);
      }),
    claim: (now, leaseUntil, limit) =>
      sql.query<Delivery>(
        `with due as (
           select d.id from webhook_delivery d join webhook w on w.id = d.webhook_id
             where d.state = 'PENDING' and d.next_attempt_at <= $1 and w.disabled_at is null
             order by d.next_attempt_at, d.event_seq limit $3 for update of d skip locked)
         update webhook_delivery d set next_attempt_at = $2 from due where d.id = due.id returning ${deliveryColumns}`,
        [now, leaseUntil, limit],
      ),
    record: ({ deliveryId, attempt, at, durationMs, status, error }, next) =>
      sql.transaction(async (tx) => {
        await tx.query(
          `insert into webhook_attempt (delivery_id, attempt, at, duration_ms, status, error)
             values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
          [deliveryId, attempt, at, durationMs, status, error],
        );
        await tx.query(
          'update webhook_delivery set state = $2, next_attempt_at = $3, attempts = $4 where id = $1',
          [deliveryId, next.state, next.nextAttemptAt, attempt],
        );
      }),
    deliveries: (webhookId, limit) =>
      selectDeliveries('where d.webhook_id = $1 order by d.event_seq desc limit $2', [webhookId, limit]),
    delivery: async (id) => (await selectDeliveries('where d.id = $1', [id]))[0],
    attempts: (deliveryId) =>
      sql.query<DeliveryAttempt>(
        `select delivery_id::text as "deliveryId", attempt, at, duration_ms as "durationMs", status, error
           from webhook_attempt where delivery_id = $1 order by at, attempt`,
        [deliveryId],
      ),
    async retry(deliveryId, at) {
      await sql.query("update webhook_delivery set state = 'PENDING', next_attempt_at = $2 where id = $1", [
        deliveryId,
        at,
      ]);
    },
  };
}
