// One attempt at one delivery: a function of its arguments and ports. Never throws for what the other side does.
import { AppError, type Clock } from '@tomograph/kernel';
import type { RegistryEvent } from '../versions/registry-event.js';
import type { Delivery, DeliveryAttempt, DeliveryState } from './webhook.js';
import { webhookBody, webhookHeaders } from './webhook-message.js';
import { type Resolve, resolveTarget, type Target, type TargetPolicy } from './webhook-target.js';

export interface PostRequest extends Target {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}
/** Sends to `address`, follows no redirect, reads no body. @returns the status @throws when there is no answer */
export type Post = (request: PostRequest) => Promise<number>;

export interface DeliveryPorts {
  readonly clock: Clock;
  readonly resolve: Resolve;
  readonly post: Post;
  readonly policy: TargetPolicy;
}

export interface DeliveryOutcome {
  readonly attempt: DeliveryAttempt;
  readonly next: { readonly state: DeliveryState; readonly nextAttemptAt: Date | null };
}

/** Pauses after a failed attempt; after the last one the delivery has failed. */
export const backoffMs: readonly number[] = [10_000, 60_000, 300_000, 1_800_000, 7_200_000, 21_600_000];
export const deliveryTimeoutMs = 10_000;

export async function deliver(
  delivery: Delivery,
  to: { readonly url: string; readonly secret: string },
  event: RegistryEvent,
  ports: DeliveryPorts,
): Promise<DeliveryOutcome> {
  const { clock, policy } = ports;
  const at = clock.now();
  const started = clock.monotonicMs();
  const answer = await tryOnce();
  const attempt: DeliveryAttempt = {
    deliveryId: delivery.id,
    attempt: delivery.attempts + 1,
    at,
    durationMs: clock.monotonicMs() - started,
    status: answer.status,
    error: answer.error,
  };
  if (answer.error === null) return { attempt, next: { state: 'DELIVERED', nextAttemptAt: null } };
  const pause = answer.mayRetry ? backoffMs[delivery.attempts] : undefined;
  if (pause === undefined) return { attempt, next: { state: 'FAILED', nextAttemptAt: null } };
  return { attempt, next: { state: 'PENDING', nextAttemptAt: new Date(clock.now().getTime() + pause) } };

  async function tryOnce(): Promise<{ status: number | null; error: string | null; mayRetry: boolean }> {
    let target: Target;
    try {
      target = await resolveTarget(to.url, policy, ports.resolve);
    } catch (error) {
      const known = error instanceof AppError;
      const mayRetry = !known || error.code === 'NOT_FOUND'; // a name may come back; a private address stays refused
      return { status: null, error: known ? error.message : 'the host has no address', mayRetry };
    }
    const body = webhookBody(event);
    const headers = webhookHeaders(to.secret, delivery.id, Math.floor(at.getTime() / 1000), body);
    try {
      const status = await ports.post({ ...target, headers, body, timeoutMs: deliveryTimeoutMs });
      if (status >= 200 && status < 300) return { status, error: null, mayRetry: false };
      const what =
        status >= 300 && status < 400 ? `status ${status}: redirects are not followed` : `status ${status}`;
      return { status, error: what, mayRetry: [408, 425, 429].includes(status) || status >= 500 };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'no answer';
      return { status: null, error: `not reached: ${code}`, mayRetry: true };
    }
  }
}
