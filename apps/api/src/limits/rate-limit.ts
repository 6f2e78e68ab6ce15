// A leaky bucket per API key, in cost points: a full bucket may be spent at once, then it fills at a steady rate.
// In memory of this process alone: two API processes allow twice as much.
import { AppError, type Clock } from '@tomograph/kernel';

export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: Date;
}

interface Bucket {
  points: number;
  atMs: number;
}

export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    private readonly options: { points: number; pointsPerSecond: number; clock: Clock; maxKeys?: number },
  ) {}

  /** @throws AppError RATE_LIMITED with `retryAfterSeconds` in its facts */
  spend(key: string, points: number): void {
    const bucket = this.#filled(key);
    if (bucket.points < points) {
      const retryAfterSeconds = Math.ceil((points - bucket.points) / this.options.pointsPerSecond);
      throw new AppError('RATE_LIMITED', {
        message: `this API key has ${Math.floor(bucket.points)} of ${this.options.points} points left and the operation asks for ${points}: try again in ${retryAfterSeconds} s`,
        facts: { retryAfterSeconds, remaining: Math.floor(bucket.points), asked: points },
      });
    }
    bucket.points -= points;
  }

  /** Gives back what an answer did not use. */
  refund(key: string, points: number): void {
    const bucket = this.#filled(key);
    bucket.points = Math.min(this.options.points, bucket.points + Math.max(0, points));
  }

  state(key: string): RateState {
    const { points, pointsPerSecond, clock } = this.options;
    const bucket = this.#filled(key);
    const missing = points - bucket.points;
    return {
      limit: points,
      remaining: Math.floor(bucket.points),
      resetAt: new Date(clock.now().getTime() + (missing / pointsPerSecond) * 1000),
    };
  }

  #filled(key: string): Bucket {
    const { points, pointsPerSecond, clock } = this.options;
    const now = clock.monotonicMs();
    const bucket = this.#buckets.get(key) ?? { points, atMs: now };
    bucket.points = Math.min(points, bucket.points + ((now - bucket.atMs) / 1000) * pointsPerSecond);
    bucket.atMs = now;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket); // most recently used last
    this.#forgetOldest();
    return bucket;
  }

  #forgetOldest(): void {
    const max = this.options.maxKeys ?? 10_000;
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size <= max) return;
      this.#buckets.delete(key);
    }
  }
}
