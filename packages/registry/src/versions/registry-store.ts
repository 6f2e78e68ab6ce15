// The port that keeps the log and the version rows. packages/data implements it on Postgres; a fake in memory is here.
import type { Sha256 } from '@tomograph/kernel';
import type { NewRegistryEvent, RegistryEvent, VersionRow } from './registry-event.js';

export interface RegistryStore {
  /**
   * Appends events, numbered from `after` + 1, and with each `model_version.created` its row, all or nothing.
   * @param after the last number that the caller has seen
   * @returns the stored events; undefined when the log has grown since: read it and decide again
   * @throws AppError CONFLICT for a version or manifest that is taken
   */
  append(after: number, events: readonly NewRegistryEvent[]): Promise<readonly RegistryEvent[] | undefined>;
  /** Events with a number above `after`, in order, at most `limit` (default 1,000). */
  events(after: number, limit?: number): Promise<readonly RegistryEvent[]>;
  version(model: string, version: number): Promise<VersionRow | undefined>;
  versionOfManifest(manifest: Sha256): Promise<VersionRow | undefined>;
  /** Of one model, or all; by model, then version. */
  versions(model?: string): Promise<readonly VersionRow[]>;
}

/** The rows that events bring with them. */
export function rowsOf(events: readonly NewRegistryEvent[]): VersionRow[] {
  return events.flatMap((event) =>
    event.kind === 'model_version.created'
      ? [
          {
            model: event.model,
            version: event.data.version,
            kind: event.data.kind,
            manifest: event.data.manifest,
            base: event.data.base,
            createdAt: event.at,
            createdBy: event.who,
          },
        ]
      : [],
  );
}
