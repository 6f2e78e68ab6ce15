// Webhooks in an ADMIN's name: who is called, what became of each delivery, and one delivery on demand. Rules, signature and
// the guard against private addresses are those of packages/registry.
import { postgresWebhookStore, requireRole, type Viewer, writeAudit } from '@tomograph/data';
import { AppError, systemClock } from '@tomograph/kernel';
import {
  type Delivery,
  deliver,
  dnsResolve,
  httpPost,
  loadWebhookKey,
  type Post,
  type RegistryEventKind,
  type Resolve,
  strictTargets,
  type TargetPolicy,
  type Webhook,
  WebhookService,
  type WebhookStore,
  webhookSecret,
} from '@tomograph/registry';
import type { ModelCatalogue } from './model-catalogue.js';

/** How deliveries leave this machine; the defaults are DNS, HTTPS and public addresses only. */
export interface WebhookPorts {
  readonly policy?: TargetPolicy;
  readonly resolve?: Resolve;
  readonly post?: Post;
}

export class Webhooks {
  readonly store: WebhookStore;
  readonly service: WebhookService;
  private readonly key: Uint8Array;

  constructor(
    private readonly models: ModelCatalogue,
    private readonly ports: WebhookPorts = {},
  ) {
    this.store = postgresWebhookStore(models.database);
    this.key = loadWebhookKey(models.database.home);
    this.service = new WebhookService({
      webhooks: this.store,
      log: models.store,
      installationKey: this.key,
      ...ports,
    });
  }

  /** Oldest first. @throws AppError FORBIDDEN */
  async list(viewer: Viewer): Promise<readonly Webhook[]> {
    await this.askAdmin(viewer, 'webhook.list');
    return this.store.list();
  }

  /** The secret is in this answer and nowhere else. @throws AppError FORBIDDEN, INVALID_ARGUMENT, LIMIT_EXCEEDED */
  async create(
    viewer: Viewer,
    given: {
      readonly url: string;
      readonly events: readonly RegistryEventKind[];
      readonly model: string | null;
    },
  ): Promise<{ webhook: Webhook; secret: string }> {
    await this.askAdmin(viewer, 'webhook.create');
    const made = await this.service.create({ ...given, who: viewer.name });
    await this.note(viewer, 'webhook.create', made.webhook.id);
    return made;
  }

  /** Its log stays. @throws AppError FORBIDDEN, NOT_FOUND */
  async disable(viewer: Viewer, id: string): Promise<Webhook> {
    await this.askAdmin(viewer, 'webhook.disable');
    await this.find(id);
    await this.store.disable(id, systemClock.now());
    await this.note(viewer, 'webhook.disable', id);
    return this.find(id);
  }

  /**
   * Delivers the newest event of the log now, whether it was delivered before or not.
   * @throws AppError FORBIDDEN, NOT_FOUND, CONFLICT for a disabled webhook or an empty log
   */
  async test(viewer: Viewer, id: string): Promise<Delivery> {
    await this.askAdmin(viewer, 'webhook.test');
    const webhook = await this.find(id);
    if (webhook.disabledAt !== null) throw new AppError('CONFLICT', { message: 'this webhook is disabled' });
    const { seq } = await this.models.registry.state();
    const [event] = await this.models.store.events(seq - 1, 1);
    if (event === undefined) {
      throw new AppError('CONFLICT', {
        message: 'nothing has happened in the registry yet: nothing to deliver',
      });
    }
    await this.store.queue(id, [seq], webhook.queuedThrough, systemClock.now());
    const delivery = (await this.store.deliveries(id, 100)).find(({ eventSeq }) => eventSeq === seq);
    if (delivery === undefined)
      throw new AppError('CONFLICT', { message: 'too many newer deliveries: try again' });
    const to = { url: webhook.url, secret: webhookSecret(this.key, id) };
    const { policy = strictTargets, resolve = dnsResolve, post = httpPost } = this.ports;
    const { attempt, next } = await deliver(delivery, to, event, {
      clock: systemClock,
      policy,
      resolve,
      post,
    });
    await this.store.record(attempt, next);
    await this.note(viewer, 'webhook.test', id);
    return (await this.store.delivery(delivery.id))!;
  }

  /** Makes a delivery that ended, well or not, due again; the next round sends it. @throws AppError FORBIDDEN, NOT_FOUND, CONFLICT */
  async retry(viewer: Viewer, deliveryId: string): Promise<Delivery> {
    await this.askAdmin(viewer, 'webhook.retry');
    const delivery = await this.store.delivery(deliveryId);
    if (delivery === undefined) {
      throw new AppError('NOT_FOUND', { message: 'no such delivery', facts: { argument: 'delivery' } });
    }
    const webhook = await this.find(delivery.webhookId);
    if (webhook.disabledAt !== null) throw new AppError('CONFLICT', { message: 'this webhook is disabled' });
    await this.store.retry(deliveryId, systemClock.now());
    await this.note(viewer, 'webhook.retry', webhook.id);
    return (await this.store.delivery(deliveryId))!;
  }

  private async find(id: string): Promise<Webhook> {
    const webhook = await this.store.get(id);
    if (webhook) return webhook;
    throw new AppError('NOT_FOUND', { message: 'no such webhook', facts: { argument: 'webhook' } });
  }

  private askAdmin(viewer: Viewer, action: string): Promise<void> {
    return requireRole(this.models.database, viewer, 'ADMIN', action);
  }

  private note(viewer: Viewer, action: string, id: string): Promise<void> {
    const entry = { action, objectKind: 'webhook', objectIds: [id], outcome: 'ALLOWED' } as const;
    return writeAudit(this.models.database, viewer, entry);
  }
}
