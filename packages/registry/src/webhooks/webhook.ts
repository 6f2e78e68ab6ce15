// Webhooks as rows: who is called for which events, and what became of each delivery. Not the calling itself.
import type { RegistryEventKind } from '../versions/registry-event.js';

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly RegistryEventKind[];
  /** One model, or null for all. */
  readonly model: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly disabledAt: Date | null;
  /** Events up to this number are queued, or were before the webhook's time. */
  readonly queuedThrough: number;
}

export type DeliveryState = 'PENDING' | 'DELIVERED' | 'FAILED';

/** One event for one webhook; its id is the receiver's means to drop repetitions. */
export interface Delivery {
  readonly id: string;
  readonly webhookId: string;
  readonly eventSeq: number;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** null when nothing more will be tried. */
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
}

/** The delivery log. */
export interface DeliveryAttempt {
  readonly deliveryId: string;
  /** From 1. */
  readonly attempt: number;
  readonly at: Date;
  readonly durationMs: number;
  /** HTTP status, or null when there was no answer. */
  readonly status: number | null;
  /** In our words, never the answer's body; null when delivered. */
  readonly error: string | null;
}

/** The port that keeps them. packages/data implements it on Postgres. */
export interface WebhookStore {
  add(webhook: Webhook): Promise<void>;
  /** Oldest first, disabled ones too. */
  list(): Promise<readonly Webhook[]>;
  get(id: string): Promise<Webhook | undefined>;
  /** Once; its pending deliveries are not tried any more. */
  disable(id: string, at: Date): Promise<void>;
  /** Queues events for a webhook and moves its mark, all or nothing; an event that is queued already stays one delivery. */
  queue(id: string, events: readonly number[], through: number, at: Date): Promise<void>;
  /** Takes pending deliveries that are due, of webhooks that are not disabled, until `leaseUntil`; nobody else gets them before. */
  claim(now: Date, leaseUntil: Date, limit: number): Promise<readonly Delivery[]>;
  /** Writes an attempt and what follows from it. */
  record(attempt: DeliveryAttempt, next: { state: DeliveryState; nextAttemptAt: Date | null }): Promise<void>;
  /** Newest first. */
  deliveries(webhookId: string, limit: number): Promise<readonly Delivery[]>;
  delivery(id: string): Promise<Delivery | undefined>;
  attempts(deliveryId: string): Promise<readonly DeliveryAttempt[]>;
  /** Makes a failed or delivered one due again. */
  retry(deliveryId: string, at: Date): Promise<void>;
}
