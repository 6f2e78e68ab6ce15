// Projects: the unit of access. A new one is granted to the local key, and to the key that asked for it.
import { newId, type ProjectId } from '@tomograph/kernel';
import type { Sql } from '../connection/sql.js';
import { localKeyName } from '../keys/local-key.js';

/** Where cases go when nobody names a project. */
export const defaultProjectName = 'default';

/** The project of a name; made when there is none. */
export async function ensureProject(tx: Sql, name: string): Promise<ProjectId> {
  const [made] = await tx.query<{ id: ProjectId }>(
    'insert into project (id, name) values ($1, $2) on conflict (name) do nothing returning id',
    [newId(), name],
  );
  if (!made) {
    const [known] = await tx.query<{ id: ProjectId }>('select id from project where name = $1', [name]);
    return known!.id;
  }
  await tx.query(
    `insert into api_key_project (api_key_id, project_id)
       select id, $1 from api_key where name = $2 and role = 'ADMIN' and revoked_at is null`,
    [made.id, localKeyName],
  );
  return made.id;
}
