// What every WebhookStore promises, as checks that any test runner can run on an empty store. Events 1 to 3 must exist
// where the store keeps references to them.
import assert from 'node:assert/strict';
import { newId } from '@tomograph/kernel';
import type { Webhook, WebhookStore } from './webhook.js';

export interface WebhookStorePromise {
  readonly name: string;
  check(): Promise<void>;
}

const at = (minute: number) => new Date(Date.UTC(2026, 0, 2, 3, minute));
const webhook = (change: Partial<Webhook> = {}): Webhook => ({
  id: newId(),
  url: 'https://example.org/hook',
  events: ['model_version.created', 'model_version_alias.created'],
  model: null,
  createdAt: at(0),
  createdBy: 'tg_test',
  disabledAt: null,
  queuedThrough: 0,
  ...change,
});

/** @param makeStore an empty store each time */
export function webhookStoreContract(makeStore: () => Promise<WebhookStore>): WebhookStorePromise[] {
  const promises: Record<string, (store: WebhookStore) => Promise<void>> = {
    'gives webhooks back as they were, oldest first': async (store) => {
      const [first, second] = [webhook(), webhook({ model: 'spleen', createdAt: at(1) })];
      await store.add(second);
      await store.add(first);
      assert.deepEqual((await store.list()).map(({ id }) => id).sort(), [first.id, second.id].sort());
      assert.deepEqual(await store.get(second.id), second);
      assert.equal(await store.get(newId()), undefined);
    },
    'queues an event once and moves the mark forward only': async (store) => {
      const { id } = webhook();
      await store.add(webhook({ id }));
      await store.queue(id, [1, 2], 2, at(1));
      await store.queue(id, [2, 3], 3, at(2));
      await store.queue(id, [], 1, at(3));
      const queued = await store.deliveries(id, 10);
      assert.deepEqual(
        queued.map(({ eventSeq }) => eventSeq),
        [3, 2, 1],
      );
      assert.ok(queued.every(({ state, attempts }) => state === 'PENDING' && attempts === 0));
      assert.equal((await store.get(id))!.queuedThrough, 3);
    },
    'hands what is due to one taker until the lease ends': async (store) => {
      const { id } = webhook();
      await store.add(webhook({ id }));
      await store.queue(id, [1, 2], 2, at(10));
      assert.deepEqual(await store.claim(at(9), at(12), 10), []);
      const taken = await Promise.all([store.claim(at(10), at(12), 10), store.claim(at(10), at(12), 10)]);
      assert.deepEqual(
        taken
          .flat()
          .map(({ eventSeq }) => eventSeq)
          .sort(),
        [1, 2],
      );
      assert.deepEqual(await store.claim(at(11), at(13), 10), []);
      assert.equal((await store.claim(at(12), at(14), 1)).length, 1);
    },
    'keeps the log of attempts and what followed': async (store) => {
      const { id } = webhook();
      await store.add(webhook({ id }));
      await store.queue(id, [1], 1, at(1));
      const [delivery] = await store.claim(at(1), at(2), 1);
      const deliveryId = delivery!.id;
      const failed = {
        deliveryId,
        attempt: 1,
        at: at(1),
        durationMs: 12.5,
        status: 503,
        error: 'status 503',
      };
      await store.record(failed, { state: 'PENDING', nextAttemptAt: at(5) });
      assert.deepEqual(await store.claim(at(4), at(6), 10), []);
      assert.equal((await store.claim(at(5), at(6), 10))[0]!.attempts, 1);
      const done = { deliveryId, attempt: 2, at: at(5), durationMs: 3, status: 204, error: null };
      await store.record(done, { state: 'DELIVERED', nextAttemptAt: null });
      assert.deepEqual(await store.attempts(deliveryId), [failed, done]);
      assert.deepEqual(await store.claim(at(59), at(59), 10), []);
      const { state, attempts, nextAttemptAt } = (await store.delivery(deliveryId))!;
      assert.deepEqual(
        { state, attempts, nextAttemptAt },
        { state: 'DELIVERED', attempts: 2, nextAttemptAt: null },
      );
      await store.retry(deliveryId, at(30));
      assert.equal((await store.claim(at(30), at(31), 10)).length, 1);
    },
    'tries nothing more for a webhook that was disabled': async (store) => {
      const { id } = webhook();
      await store.add(webhook({ id }));
      await store.queue(id, [1], 1, at(1));
      await store.disable(id, at(2));
      await store.disable(id, at(3));
      assert.deepEqual(await store.claim(at(5), at(6), 10), []);
      assert.deepEqual((await store.get(id))!.disabledAt, at(2));
    },
  };
  return Object.entries(promises).map(([name, check]) => ({
    name,
    check: async () => check(await makeStore()),
  }));
}
