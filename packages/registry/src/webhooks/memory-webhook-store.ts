// Webhooks in memory: for tests. Gone with the process.
import { randomUUID } from 'node:crypto';
import type { Delivery, DeliveryAttempt, DeliveryState, Webhook, WebhookStore } from './webhook.js';

export class MemoryWebhookStore implements WebhookStore {
  private readonly webhooks = new Map<string, Webhook>();
  private readonly rows = new Map<string, Delivery>();
  private readonly log: DeliveryAttempt[] = [];

  async add(webhook: Webhook): Promise<void> {
    this.webhooks.set(webhook.id, webhook);
  }

  async list(): Promise<readonly Webhook[]> {
    return [...this.webhooks.values()];
  }

  async get(id: string): Promise<Webhook | undefined> {
    return this.webhooks.get(id);
  }

  async disable(id: string, at: Date): Promise<void> {
    const found = this.webhooks.get(id);
    if (found) this.webhooks.set(id, { ...found, disabledAt: found.disabledAt ?? at });
  }

  async queue(id: string, events: readonly number[], through: number, at: Date): Promise<void> {
    const webhook = this.webhooks.get(id);
    if (webhook === undefined) return;
    for (const eventSeq of events) {
      if ([...this.rows.values()].some((row) => row.webhookId === id && row.eventSeq === eventSeq)) continue;
      const delivery = { id: randomUUID(), webhookId: id, eventSeq, attempts: 0, createdAt: at };
      this.rows.set(delivery.id, { ...delivery, state: 'PENDING', nextAttemptAt: at });
    }
    this.webhooks.set(id, { ...webhook, queuedThrough: Math.max(webhook.queuedThrough, through) });
  }

  async claim(now: Date, leaseUntil: Date, limit: number): Promise<readonly Delivery[]> {
    const due = [...this.rows.values()]
      .filter((row) => row.state === 'PENDING' && row.nextAttemptAt !== null && row.nextAttemptAt <= now)
      .filter((row) => this.webhooks.get(row.webhookId)?.disabledAt === null)
      .sort((a, b) => a.nextAttemptAt!.getTime() - b.nextAttemptAt!.getTime() || a.eventSeq - b.eventSeq)
      .slice(0, limit);
    for (const row of due) this.rows.set(row.id, { ...row, nextAttemptAt: leaseUntil });
    return due.map((row) => ({ ...row, nextAttemptAt: leaseUntil }));
  }

  async record(
    attempt: DeliveryAttempt,
    next: { state: DeliveryState; nextAttemptAt: Date | null },
  ): Promise<void> {
    const found = this.rows.get(attempt.deliveryId);
    if (found === undefined) return;
    this.log.push(attempt);
    this.rows.set(found.id, { ...found, ...next, attempts: attempt.attempt });
  }

  async deliveries(webhookId: string, limit: number): Promise<readonly Delivery[]> {
    return [...this.rows.values()]
      .filter((row) => row.webhookId === webhookId)
      .sort((a, b) => b.eventSeq - a.eventSeq)
      .slice(0, limit);
  }

  async delivery(id: string): Promise<Delivery | undefined> {
    return this.rows.get(id);
  }

  async attempts(deliveryId: string): Promise<readonly DeliveryAttempt[]> {
    return this.log.filter((attempt) => attempt.deliveryId === deliveryId);
  }

  async retry(deliveryId: string, at: Date): Promise<void> {
    const found = this.rows.get(deliveryId);
    if (found) this.rows.set(deliveryId, { ...found, state: 'PENDING', nextAttemptAt: at });
  }
}
