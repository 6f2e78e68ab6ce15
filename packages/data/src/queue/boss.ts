// pg-boss on our own connections: one queue per job kind, a message carries nothing but the job's id, which is also
// the message's id (so a job has one message at most). Not the state of a job: that is the row in `job`.
import { jobKinds } from '@tomograph/kernel';
import PgBoss from 'pg-boss';
import type { Sql } from '../connection/sql.js';

export const queueOf = (kind: string): string => `tomograph-${kind.toLowerCase().replaceAll('_', '-')}`;

/** pg-boss without its timers: messages are fetched in our transaction and deleted with it, nothing is left to sweep. */
export function bossOn(sql: Sql): PgBoss {
  return new PgBoss({
    db: executorOn(sql),
    schema: 'pgboss',
    supervise: false,
    schedule: false,
    migrate: true,
  });
}

/** How pg-boss runs SQL in a transaction of ours: the `db` option of send, fetch and deleteJob. */
export function executorOn(sql: Sql): PgBoss.Db {
  return {
    async executeSql(text: string, values: unknown[] = []) {
      // without values the simple protocol is used, which takes pg-boss' several statements at once
      const rows = await sql.query(text, values.length > 0 ? values : undefined);
      return { rows, rowCount: rows?.length ?? 0 } as { rows: unknown[] };
    },
  } as PgBoss.Db;
}

/** Makes pg-boss' tables and our queues where they are missing. */
export async function prepareQueues(sql: Sql): Promise<void> {
  const boss = bossOn(sql);
  await boss.start();
  const known = new Set((await boss.getQueues()).map((queue) => queue.name));
  for (const kind of jobKinds) {
    if (!known.has(queueOf(kind))) await boss.createQueue(queueOf(kind));
  }
  await boss.stop({ close: false, graceful: false });
}
