// Vector search at 1 k, 10 k and 100 k vectors of width 256: how long, how much of the truth, with and without a filter
// that leaves 1 %. Embedded, and on the server of TEST_DATABASE_URL where there is one. Synthetic hard clusters: says
// nothing of how good any encoder is.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '@tomograph/data';
import { testDatabase } from '@tomograph/data/testing';
import { bar, type Evaluation, type EvaluationOptions, type Table } from '../evaluation.js';
import { measureSize, type SizeResult } from '../search/measure-search.js';

const seed = 1;

export async function bench({ quick, log }: EvaluationOptions): Promise<Evaluation> {
  const sizes = quick ? [1_000, 10_000] : [1_000, 10_000, 100_000];
  const queries = quick ? 20 : 100;
  const hasNative = Boolean(process.env.TEST_DATABASE_URL);
  const results = new Map<string, SizeResult[]>();
  for (const backend of hasNative ? ['embedded', 'native'] : ['embedded']) {
    for (const count of sizes) {
      log(`${backend}, ${count} vectors`);
      await using db = await (backend === 'native' ? testDatabase() : embeddedDatabase());
      const size = await measureSize(db, { seed, count, queries, log });
      results.set(backend, [...(results.get(backend) ?? []), size]);
    }
  }
  const all = [...results].flatMap(([backend, list]) => list.map((size) => ({ backend, size })));
  return {
    name: 'search',
    data: 'synthetic: 100 clusters of unit vectors of width 256, noise 0.7 of a centre, one study per vector',
    seeds: [seed],
    bars: all.flatMap(({ backend, size }) =>
      size.ways
        .filter(({ way }) => way.startsWith('as the product'))
        .flatMap(({ way, recallAt10, shortfall }) => {
          const what = `${backend}, ${size.count} vectors, ${way}`;
          return [
            bar(`${what}: recall@10 against exact`, recallAt10, '≥', 0.95, queries),
            bar(`${what}: hits missing`, shortfall, '=', 0, queries),
          ];
        }),
    ),
    tables: [timesTable(all), loadTable(all)],
    remarks: [
      'Times are of searchCases for ten hits, one query at a time, in milliseconds.',
      ...(hasNative ? [] : ['Native Postgres was not measured: TEST_DATABASE_URL is not set.']),
      ...(quick ? ['Quick form: 100 k vectors were not measured.'] : []),
    ],
  };
}

type Measured = readonly { readonly backend: string; readonly size: SizeResult }[];

function timesTable(all: Measured): Table {
  return {
    title: 'Search',
    columns: ['database', 'vectors', 'way', 'answered by', 'p50 ms', 'p95 ms', 'recall@10', 'hits missing'],
    rows: all.flatMap(({ backend, size }) =>
      size.ways.map((way) => [
        backend,
        size.count,
        way.way,
        way.modes,
        way.p50Ms,
        way.p95Ms,
        way.recallAt10,
        way.shortfall,
      ]),
    ),
  };
}

function loadTable(all: Measured): Table {
  return {
    title: 'Loading',
    columns: ['database', 'vectors', 'load s', 'index and recall s', 'recall@10 of the space'],
    rows: all.map(({ backend, size }) => [
      backend,
      size.count,
      size.loadSeconds,
      size.indexSeconds,
      size.spaceRecallAt10,
    ]),
  };
}

/** The real one, in a process of its own, in a home that goes away. */
async function embeddedDatabase(): Promise<Database> {
  const home = await mkdtemp(join(tmpdir(), 'tg-bench-'));
  const db = await openDatabase(
    { home, apiPort: 4000, webPort: 3000, databaseUrl: undefined, blobUrl: undefined, device: 'cpu' },
    { purpose: 'bench search' },
  );
  const close = async () => {
    await db.close();
    await rm(home, { recursive: true, force: true });
  };
  return { ...db, close, [Symbol.asyncDispose]: close };
}
