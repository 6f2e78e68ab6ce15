// Search at size: 1 k, 10 k and 100 k vectors of width 256 with and without a filter that leaves 1 %, how long and how
// much of the truth; what the API adds to that; text questions over 10 k reports. Embedded, and on the server of
// TEST_DATABASE_URL where there is one. Says nothing of how good any encoder, or the reader of reports, is.
import { loadavg } from 'node:os';
import { testDatabase } from '@tomograph/data/testing';
import { type Bar, bar, type Evaluation, type EvaluationOptions } from '../evaluation.js';
import { embeddedDatabase } from '../search/embedded-database.js';
import { type ApiOverhead, measureApi } from '../search/measure-api.js';
import { measureSize, type SizeResult } from '../search/measure-search.js';
import { measureText, type TextResult } from '../search/measure-text.js';
import { apiTable, loadTable, textTable, timesTable } from '../search/tables.js';

const seed = 1;
/** The size at which the API is held against the search alone. */
const apiCount = 10_000;

export interface Measured {
  readonly backend: string;
  readonly sizes: readonly SizeResult[];
  readonly api: ApiOverhead;
  readonly text: TextResult;
}

export async function bench(options: EvaluationOptions): Promise<Evaluation> {
  const { quick } = options;
  const before = loadavg()[0]!;
  const hasNative = Boolean(process.env.TEST_DATABASE_URL);
  const all: Measured[] = [];
  for (const backend of hasNative ? ['embedded', 'native'] : ['embedded']) {
    all.push(await measureBackend(backend, options));
  }
  return {
    name: 'search',
    data: `synthetic: 100 clusters of unit vectors of width 256, noise 0.7 of a centre, one study per vector; text: ${all[0]!.text.source}, one per study`,
    seeds: [seed],
    bars: all.flatMap((one) => [...vectorBars(one, quick ? 20 : 100), ...apiBars(one), ...textBars(one)]),
    tables: [timesTable(all), loadTable(all), apiTable(all), textTable(all)],
    remarks: [
      'Times are of searchCases for ten hits, one query at a time, in milliseconds.',
      `Load of the machine before and after: ${before.toFixed(1)}, ${loadavg()[0]!.toFixed(1)}.`,
      ...(hasNative ? [] : ['Native Postgres was not measured: TEST_DATABASE_URL is not set.']),
      ...(quick ? ['Quick form: 100 k vectors were not measured; text over 1 k reports only.'] : []),
    ],
  };
}

async function measureBackend(backend: string, { quick, log }: EvaluationOptions): Promise<Measured> {
  const open = backend === 'native' ? testDatabase : embeddedDatabase;
  const sizes: SizeResult[] = [];
  let api: ApiOverhead | undefined;
  for (const count of quick ? [1_000, apiCount] : [1_000, apiCount, 100_000]) {
    log(`${backend}, ${count} vectors`);
    await using db = await open();
    const size = await measureSize(db, { seed, count, queries: quick ? 20 : 100, log });
    sizes.push(size);
    if (count !== apiCount) continue;
    api = await measureApi(db, size, { n: quick ? 40 : 200, databaseUrl: db.config.databaseUrl });
    log(`  the API adds ${api.addedP50Ms.toFixed(1)} ms`);
  }
  const count = quick ? 1_000 : 10_000;
  log(`${backend}, text`);
  await using db = await open();
  const text = await measureText(db, { seed, count, runs: quick ? 5 : 30, log });
  return { backend, sizes, api: api!, text };
}

function vectorBars({ backend, sizes }: Measured, queries: number): Bar[] {
  return sizes.flatMap((size) =>
    size.ways
      .filter(({ way }) => way.startsWith('as the product'))
      .flatMap(({ way, recallAt10, shortfall }) => {
        const what = `${backend}, ${size.count} vectors, ${way}`;
        return [
          bar(`${what}: recall@10 against exact`, recallAt10, '≥', 0.95, queries),
          bar(`${what}: hits missing`, shortfall, '=', 0, queries),
        ];
      }),
  );
}

function apiBars({ backend, api }: Measured): Bar[] {
  const what = `${backend}, ${apiCount} vectors: API over direct search, p50`;
  return [bar(what, api.addedP50Ms, '≤', 10, api.n, 'ms')];
}

function textBars({ backend, text }: Measured): Bar[] {
  return text.questions.map(({ kind, question, p95Ms, n }) =>
    bar(`${backend}, ${text.count} reports, ${kind}, ${question}: p95`, p95Ms, '≤', 150, n, 'ms'),
  );
}
