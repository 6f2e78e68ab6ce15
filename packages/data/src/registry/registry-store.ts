// The registry's log on Postgres: the port of packages/registry. Not its rules: gates and folds are there.
import { AppError, type Sha256 } from '@tomograph/kernel';
import {
  type NewRegistryEvent,
  type RegistryEvent,
  type RegistryStore,
  rowsOf,
  type VersionRow,
} from '@tomograph/registry';
import { isUniqueViolation, type Sql, type SqlDatabase } from '../connection/sql.js';

// any fixed number: writers of the log go one after the other
const lockKey = 7_236_105;

const eventColumns = 'seq, at, who, why, kind, model, data';
const versionColumns =
  'model, version, kind, manifest, base, created_at as "createdAt", created_by as "createdBy"';

export function postgresRegistryStore(sql: SqlDatabase): RegistryStore {
  const selectVersions = (where: string, values: readonly unknown[]) =>
    sql.query<VersionRow>(
      `select ${versionColumns} from registry_version ${where} order by model collate "C", version`,
      values,
    );
  return {
    async append(after, events) {
      try {
        return await sql.transaction((tx) => append(tx, after, events));
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new AppError('CONFLICT', {
          message: 'a version of this number or manifest is registered already',
          cause: error,
        });
      }
    },
    events: (after, limit = 1000) =>
      sql.query<RegistryEvent>(
        `select ${eventColumns} from registry_event where seq > $1 order by seq limit $2`,
        [after, limit],
      ),
    version: async (model, version) =>
      (await selectVersions('where model = $1 and version = $2', [model, version]))[0],
    versionOfManifest: async (manifest: Sha256) =>
      (await selectVersions('where manifest = $1', [manifest]))[0],
    versions: (model) =>
      model === undefined ? selectVersions('', []) : selectVersions('where model = $1', [model]),
  };
}

async function append(
  tx: Sql,
  after: number,
  events: readonly NewRegistryEvent[],
): Promise<readonly RegistryEvent[] | undefined> {
  await tx.query('select pg_advisory_xact_lock($1)', [lockKey]);
  const [last] = await tx.query<{ seq: number }>('select coalesce(max(seq), 0) as seq from registry_event');
  if (last?.seq !== after) return undefined;
  const stored: RegistryEvent[] = [];
  for (const [i, event] of events.entries()) {
    const { at, who, why, kind, model, data } = event;
    const [row] = await tx.query<RegistryEvent>(
      `insert into registry_event (${eventColumns}) values ($1, $2, $3, $4, $5, $6, $7) returning ${eventColumns}`,
      [after + 1 + i, at, who, why, kind, model, JSON.stringify(data)],
    );
    stored.push(row!);
  }
  for (const row of rowsOf(events)) {
    await tx.query(
      `insert into registry_version (model, version, kind, manifest, base, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7)`,
      [row.model, row.version, row.kind, row.manifest, row.base, row.createdAt, row.createdBy],
    );
  }
  return stored;
}
