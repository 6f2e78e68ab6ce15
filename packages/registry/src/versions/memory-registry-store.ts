// The registry's log in memory: for tests and for tools that need no database. Gone with the process.
import { AppError, type Sha256 } from '@tomograph/kernel';
import type { NewRegistryEvent, RegistryEvent, VersionRow } from './registry-event.js';
import { type RegistryStore, rowsOf } from './registry-store.js';

export class MemoryRegistryStore implements RegistryStore {
  private readonly log: RegistryEvent[] = [];
  private readonly rows: VersionRow[] = [];

  async append(
    after: number,
    events: readonly NewRegistryEvent[],
  ): Promise<readonly RegistryEvent[] | undefined> {
    if (after !== this.log.length) return undefined;
    const rows = rowsOf(events);
    const taken = rows.find((row) => this.rows.some((other) => isSame(row, other)));
    if (taken) {
      throw new AppError('CONFLICT', {
        message: `${taken.model} ${taken.version} or its manifest is registered already`,
        facts: { model: taken.model, version: taken.version },
      });
    }
    const stored = events.map((event, i) => structuredClone({ ...event, seq: after + 1 + i }));
    this.log.push(...stored);
    this.rows.push(...rows);
    return structuredClone(stored);
  }

  async events(after: number, limit = 1000): Promise<readonly RegistryEvent[]> {
    return structuredClone(this.log.slice(after, after + limit));
  }

  async version(model: string, version: number): Promise<VersionRow | undefined> {
    return this.rows.find((row) => row.model === model && row.version === version);
  }

  async versionOfManifest(manifest: Sha256): Promise<VersionRow | undefined> {
    return this.rows.find((row) => row.manifest === manifest);
  }

  async versions(model?: string): Promise<readonly VersionRow[]> {
    return this.rows
      .filter((row) => model === undefined || row.model === model)
      .sort((a, b) => (a.model === b.model ? a.version - b.version : a.model < b.model ? -1 : 1));
  }
}

const isSame = (a: VersionRow, b: VersionRow): boolean =>
  a.manifest === b.manifest || (a.model === b.model && a.version === b.version);
