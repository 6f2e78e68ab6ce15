// Which worker processes live and what they hold in memory: each says so every few seconds, for API and metrics.
import { newId } from '@tomograph/kernel';
import type { Sql } from '../connection/sql.js';

export interface ResidentAdapter {
  readonly manifest: string;
  readonly base: string;
  readonly name: string;
  readonly bytes: number;
}

export interface WorkerResidents {
  readonly bases: readonly {
    readonly manifest: string;
    readonly name: string;
    readonly queued: number;
    readonly running: number;
    readonly completed: number;
  }[];
  readonly adapters: readonly ResidentAdapter[];
  readonly adapterBytes: number;
  readonly adapterLoads: number;
  readonly adapterHits: number;
}

export interface WorkerSessionRecord {
  readonly id: string;
  readonly startedAt: Date;
  readonly seenAt: Date;
  readonly device: string;
  readonly residents: WorkerResidents;
}

/** Silent for longer: dead. */
const silentSeconds = 30;

export async function openWorkerSession(
  sql: Sql,
  device: string,
  residents: WorkerResidents,
): Promise<string> {
  const id = newId<string>();
  await sql.query('insert into worker_session (id, device, residents) values ($1, $2, $3)', [
    id,
    device,
    JSON.stringify(residents),
  ]);
  await sql.query("delete from worker_session where seen_at < now() - interval '1 hour'", []);
  return id;
}

export async function noteWorkerSession(sql: Sql, id: string, residents: WorkerResidents): Promise<void> {
  await sql.query('update worker_session set seen_at = now(), residents = $2 where id = $1', [
    id,
    JSON.stringify(residents),
  ]);
}

export async function closeWorkerSession(sql: Sql, id: string): Promise<void> {
  await sql.query('delete from worker_session where id = $1', [id]);
}

/** Those that live, oldest first. */
export function workerSessions(sql: Sql): Promise<WorkerSessionRecord[]> {
  return sql.query<WorkerSessionRecord>(
    `select id, started_at as "startedAt", seen_at as "seenAt", device, residents from worker_session
       where seen_at > now() - $1 * interval '1 second' order by started_at, id`,
    [silentSeconds],
  );
}
