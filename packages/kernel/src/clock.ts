/** Time as a port, so that tests decide what it is. */
export interface Clock {
  now(): Date;
  /** Monotonic milliseconds, for durations only. */
  monotonicMs(): number;
}

export const systemClock: Clock = { now: () => new Date(), monotonicMs: () => performance.now() };
