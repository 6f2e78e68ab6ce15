// How long each phase of an ingest took, summed over its studies.
import { type Clock, systemClock } from '@tomograph/kernel';

export class PhaseClock {
  private readonly totals = new Map<string, number>();

  constructor(private readonly clock: Clock = systemClock) {}

  async time<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const started = this.clock.monotonicMs();
    try {
      return await work();
    } finally {
      const spent = this.clock.monotonicMs() - started;
      this.totals.set(phase, (this.totals.get(phase) ?? 0) + spent);
    }
  }

  phasesMs(): Record<string, number> {
    return Object.fromEntries([...this.totals].map(([phase, ms]) => [phase, Math.round(ms)]));
  }
}
