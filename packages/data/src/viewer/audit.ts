// Who did what to which object, in the table that only grows. No patient data, no texts: ids and outcomes.
import type { Sql } from '../connection/sql.js';

export type AuditOutcome = 'ALLOWED' | 'DENIED' | 'FAILED';

export interface AuditEntry {
  /** `study.read`, `study.erase`, `key.create` … */
  readonly action: string;
  readonly objectKind: string;
  /** One row each; null where the action has no single object. */
  readonly objectIds: readonly (string | null)[];
  readonly outcome: AuditOutcome;
}

export async function writeAudit(
  sql: Sql,
  by: { readonly name: string; readonly requestId?: string | undefined },
  entry: AuditEntry,
): Promise<void> {
  if (entry.objectIds.length === 0) return;
  await sql.query(
    `insert into audit_event (viewer, action, object_kind, object_id, outcome, request_id)
       select $1, $2, $3, object_id, $4, $5 from unnest($6::text[]) as object_id`,
    [by.name, entry.action, entry.objectKind, entry.outcome, by.requestId ?? null, entry.objectIds],
  );
}
