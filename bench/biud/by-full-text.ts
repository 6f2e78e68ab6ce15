// Postgres full text as a baseline for reports that look for reports: every word of the query is an alternative, ranked by
// ts_rank. Embedded database in a folder of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type SqlDatabase } from '@tomograph/data';
import type { LabelledReport } from './real-text.js';

export async function byFullText(
  reports: readonly LabelledReport[],
  queries: readonly number[],
): Promise<Float32Array> {
  const home = mkdtempSync(join(tmpdir(), 'tomograph-biud-text-'));
  try {
    const config = {
      ...{ home, apiPort: 4000, webPort: 3000, device: 'cpu' as const },
      ...{ databaseUrl: undefined, blobUrl: undefined },
    };
    const db = await openDatabase(config, { purpose: 'evaluation biud' });
    try {
      return await ranks(db, reports, queries);
    } finally {
      await db.close();
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function ranks(
  db: SqlDatabase,
  reports: readonly LabelledReport[],
  queries: readonly number[],
): Promise<Float32Array> {
  await db.query('create table bench_report (id int primary key, words tsvector not null)');
  await db.query(
    `insert into bench_report select ordinality - 1, to_tsvector('english', text)
        from unnest($1::text[]) with ordinality as t (text, ordinality)`,
    [reports.map(({ text }) => text)],
  );
  const out = new Float32Array(queries.length * reports.length);
  for (const [q, query] of queries.entries()) {
    const rows = await db.query<{ id: number; rank: number }>(
      `select r.id, ts_rank(r.words, t.query)::float8 as rank
          from bench_report r, (select string_agg(quote_literal(word), ' | ')::tsquery as query
            from unnest(tsvector_to_array(to_tsvector('english', $1))) as word) t`,
      [reports[query]!.text],
    );
    for (const { id, rank } of rows) out[q * reports.length + id] = rank;
  }
  return out;
}
