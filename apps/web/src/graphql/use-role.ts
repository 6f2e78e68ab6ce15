'use client';
// The role this server acts with, for hiding what would be refused anyway. Not an access check: the API has that.
import type { Role } from './generated/types';
import { useOperation } from './use-operation';

const ranks: Record<Role, number> = { READER: 0, CURATOR: 1, ADMIN: 2 };

/** False until the role is known. */
export function useMay(role: Role): boolean {
  const { data } = useOperation('Viewer', {});
  return data !== undefined && ranks[data.viewer.role] >= ranks[role];
}
