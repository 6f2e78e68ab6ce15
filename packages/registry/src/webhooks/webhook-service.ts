// Webhooks end to end: made, queued from the log, delivered when due. The worker calls `run` every few seconds; several
// workers may.
import { AppError, type Clock, newId, systemClock } from '@tomograph/kernel';
import { modelNameSchema } from '../manifest/manifest-schema.js';
import {
  type RegistryEvent,
  type RegistryEventKind,
  registryEventKinds,
} from '../versions/registry-event.js';
import type { RegistryStore } from '../versions/registry-store.js';
import { deliver, deliveryTimeoutMs, type Post } from './deliver.js';
import { dnsResolve, httpPost } from './http-post.js';
import type { Delivery, Webhook, WebhookStore } from './webhook.js';
import { webhookSecret } from './webhook-message.js';
import { checkWebhookUrl, type Resolve, strictTargets, type TargetPolicy } from './webhook-target.js';

export interface WebhookServiceOptions {
  readonly webhooks: WebhookStore;
  readonly log: RegistryStore;
  /** 32 bytes that never leave the installation; secrets of webhooks are derived from it. */
  readonly installationKey: Uint8Array;
  readonly policy?: TargetPolicy;
  readonly clock?: Clock;
  readonly resolve?: Resolve;
  readonly post?: Post;
}

const maxWebhooks = 100;
const batch = 20;
// longer than an attempt can take, so that nobody delivers a second time what is on its way
const leaseMs = 6 * deliveryTimeoutMs;

export class WebhookService {
  private readonly clock: Clock;
  private readonly policy: TargetPolicy;

  constructor(private readonly options: WebhookServiceOptions) {
    this.clock = options.clock ?? systemClock;
    this.policy = options.policy ?? strictTargets;
  }

  /**
   * A new webhook for events from now on. Its secret is in this answer and nowhere else.
   * @throws AppError INVALID_ARGUMENT for the URL or the events, LIMIT_EXCEEDED above 100 webhooks
   */
  async create(given: {
    readonly url: string;
    readonly events: readonly RegistryEventKind[];
    readonly model?: string | null;
    readonly who: string;
  }): Promise<{ webhook: Webhook; secret: string }> {
    checkWebhookUrl(given.url, this.policy);
    const model = given.model ?? null;
    const events = [...new Set(given.events)];
    if (events.length === 0 || events.some((kind) => !registryEventKinds.includes(kind))) {
      throw new AppError('INVALID_ARGUMENT', {
        message: `a webhook is for some of ${registryEventKinds.join(', ')}`,
      });
    }
    if (model !== null && !modelNameSchema.safeParse(model).success) {
      throw new AppError('INVALID_ARGUMENT', { message: 'not a model name' });
    }
    const known = await this.options.webhooks.list();
    if (known.filter(({ disabledAt }) => disabledAt === null).length >= maxWebhooks) {
      throw new AppError('LIMIT_EXCEEDED', {
        message: `${maxWebhooks} webhooks are in use: disable one first`,
      });
    }
    const webhook: Webhook = {
      id: newId(),
      url: given.url,
      events,
      model,
      createdAt: this.clock.now(),
      createdBy: given.who,
      disabledAt: null,
      queuedThrough: await this.lastSeq(),
    };
    await this.options.webhooks.add(webhook);
    return { webhook, secret: webhookSecret(this.options.installationKey, webhook.id) };
  }

  /** Queues what is new and delivers what is due, one batch. @returns number of attempts made */
  async run(): Promise<number> {
    await this.queueNew();
    const { webhooks } = this.options;
    const now = this.clock.now();
    const due = await webhooks.claim(now, new Date(now.getTime() + leaseMs), batch);
    // together: a receiver that does not answer keeps nobody else waiting
    await Promise.all(due.map((delivery) => this.attempt(delivery)));
    return due.length;
  }

  private async attempt(delivery: Delivery): Promise<void> {
    const { webhooks, log, installationKey, resolve = dnsResolve, post = httpPost } = this.options;
    const webhook = await webhooks.get(delivery.webhookId);
    const [event] = await log.events(delivery.eventSeq - 1, 1);
    if (webhook === undefined || event === undefined) return;
    const to = { url: webhook.url, secret: webhookSecret(installationKey, webhook.id) };
    const ports = { clock: this.clock, policy: this.policy, resolve, post };
    const { attempt, next } = await deliver(delivery, to, event, ports);
    await webhooks.record(attempt, next);
  }

  private async queueNew(): Promise<void> {
    const { webhooks, log } = this.options;
    const active = (await webhooks.list()).filter(({ disabledAt }) => disabledAt === null);
    for (const webhook of active) {
      const events = await log.events(webhook.queuedThrough);
      const last = events.at(-1);
      if (last === undefined) continue;
      const wanted = events.filter((event) => isWanted(webhook, event)).map(({ seq }) => seq);
      await webhooks.queue(webhook.id, wanted, last.seq, this.clock.now());
    }
  }

  private async lastSeq(): Promise<number> {
    let seq = 0;
    for (;;) {
      const last = (await this.options.log.events(seq)).at(-1);
      if (last === undefined) return seq;
      seq = last.seq;
    }
  }
}

const isWanted = (webhook: Webhook, event: RegistryEvent): boolean =>
  webhook.events.includes(event.kind) && (webhook.model === null || webhook.model === event.model);
