// Who asks: an API key's role and projects, as the key's check found them. Not a session; made anew per request.
import { type ApiKeyId, AppError, type ProjectId } from '@tomograph/kernel';
import type { Sql } from '../connection/sql.js';
import { writeAudit } from './audit.js';

export const roles = ['READER', 'CURATOR', 'ADMIN'] as const;
/** READER searches and looks; CURATOR also ingests and starts work; ADMIN also keys, spaces and erasure. */
export type Role = (typeof roles)[number];

export interface Viewer {
  /** What the audit calls them: the key's prefix, or `system:<reason>`. */
  readonly name: string;
  readonly role: Role;
  /** All of these projects and nothing else. */
  readonly projectIds: readonly ProjectId[];
  readonly keyId: ApiKeyId | null;
  readonly requestId?: string | undefined;
}

export function holdsRole(viewer: Viewer, needed: Role): boolean {
  return roles.indexOf(viewer.role) >= roles.indexOf(needed);
}

/** @throws AppError FORBIDDEN, after the refusal was written to the audit */
export async function requireRole(sql: Sql, viewer: Viewer, needed: Role, action: string): Promise<void> {
  if (holdsRole(viewer, needed)) return;
  await writeAudit(sql, viewer, { action, objectKind: 'role', objectIds: [null], outcome: 'DENIED' });
  throw new AppError('FORBIDDEN', {
    message: `${action} needs the role ${needed}, this key has ${viewer.role}: use another key`,
    facts: { needed, got: viewer.role },
  });
}

/** The project to write to: the asked one when granted, or the only one there is. */
export function writableProject(viewer: Viewer, asked: string | undefined): ProjectId {
  const found = asked === undefined ? viewer.projectIds[0] : viewer.projectIds.find((id) => id === asked);
  if (asked === undefined && viewer.projectIds.length > 1) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `this key sees ${viewer.projectIds.length} projects: say which one to write to`,
      facts: { projects: viewer.projectIds.length },
    });
  }
  if (!found) throw notFound('project');
  return found;
}

/** The same words whether it does not exist or is somebody else's. */
export function notFound(kind: string): AppError {
  return new AppError('NOT_FOUND', {
    message: `no such ${kind}, or none that this key may see`,
    facts: { kind },
  });
}
