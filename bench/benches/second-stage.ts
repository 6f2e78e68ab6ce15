// Search by words and meaning together, with sentences compared region by region, on the embedded database. Says
// nothing of how good the encoders are: see evaluate biud.
import { loadavg } from 'node:os';
import { bar, type Evaluation, type EvaluationOptions } from '../evaluation.js';
import { embeddedDatabase } from '../search/embedded-database.js';
import { measureSecondStage, regions, width } from '../search/measure-second-stage.js';

const seed = 1;

export async function bench({ quick, log }: EvaluationOptions): Promise<Evaluation> {
  const count = quick ? 500 : 10_000;
  const before = loadavg()[0]!;
  await using db = await embeddedDatabase();
  const { source, results } = await measureSecondStage(db, { seed, count, runs: quick ? 10 : 50, log });
  return {
    name: 'second-stage',
    data: `${source}, one per study; per study one whole vector and ${regions} of regions, width ${width}, random`,
    seeds: [seed],
    bars: results.map(({ question, p95Ms, n }) =>
      bar(`embedded, ${count} studies, ${question}: p95`, p95Ms, '≤', 150, n, 'ms'),
    ),
    tables: [
      {
        title: 'Times',
        columns: ['question', 'p50 ms', 'p95 ms', 'n'],
        rows: results.map(({ question, p50Ms, p95Ms, n }) => [question, p50Ms, p95Ms, n]),
      },
    ],
    remarks: [`Load of the machine before and after: ${before.toFixed(1)}, ${loadavg()[0]!.toFixed(1)}.`],
  };
}
