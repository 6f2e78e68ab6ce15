// The log with its fold: what is true now, and appending only to what was seen. No rules of aliases here.
import { AppError } from '@tomograph/kernel';
import type { NewRegistryEvent } from './registry-event.js';
import { RegistryState } from './registry-state.js';
import type { RegistryStore } from './registry-store.js';

const attempts = 20;

export class RegistryLog {
  private readonly folded = new RegistryState();
  private reading: Promise<void> = Promise.resolve();

  constructor(private readonly store: RegistryStore) {}

  /** The state after every event that is stored now. Read only: it moves on with the next call. */
  async state(): Promise<RegistryState> {
    this.reading = this.reading.catch(() => {}).then(() => this.readOn());
    await this.reading;
    return this.folded;
  }

  /**
   * Appends what `decide` makes of the state, or asks it again when the log has grown meanwhile. Events that arrive while
   * it thinks may show in the state it was given; its answer is then not taken.
   * @throws AppError OVERLOADED after 20 times; what `decide` throws
   */
  async commit(
    decide: (state: RegistryState) => Promise<NewRegistryEvent[]> | NewRegistryEvent[],
  ): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const state = await this.state();
      const after = state.seq;
      const events = await decide(state);
      if (events.length === 0) return;
      if ((await this.store.append(after, events)) !== undefined) return;
    }
    throw new AppError('OVERLOADED', { message: 'the registry is being written to by many: try again' });
  }

  private async readOn(): Promise<void> {
    for (;;) {
      const events = await this.store.events(this.folded.seq);
      if (events.length === 0) return;
      for (const event of events) this.folded.apply(event);
    }
  }
}
