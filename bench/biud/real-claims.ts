// Real data, apart from the phantoms: reports that look for reports. Weights never saw any of it.
import type { TextReader } from '@tomograph/models';
import { type Bar, bar, type Table } from '../evaluation.js';
import { byFullText } from './by-full-text.js';
import {
  byMeaning,
  byTfIdf,
  type LabelledReport,
  readCtReports,
  readFilmReports,
  scoreRetrieval,
  someQueries,
  type TextRetrieval,
} from './real-text.js';

export async function realTextClaims(
  reader: TextReader,
  { queries: most, fullText, log }: { queries: number; fullText: boolean; log: (line: string) => void },
): Promise<{ bars: Bar[]; tables: Table[] }> {
  const bars: Bar[] = [];
  const rows: (string | number)[][] = [];
  for (const [name, reports] of [
    ['chest CT reports, 18 labels', readCtReports()],
    ['chest X-ray reports, indexed problems', readFilmReports()],
  ] as const) {
    if (reports === undefined) {
      log(`${name}: not in the shared data, left out`);
      continue;
    }
    const scored = await compare(reader, reports, someQueries(reports.length, most), fullText);
    for (const [way, { ndcg, precision }] of scored)
      rows.push([
        name,
        way,
        ndcg.toFixed(3),
        precision.toFixed(3),
        reports.length,
        Math.min(most, reports.length),
      ]);
    const [own, tfIdf] = [scored.get('biud')!, scored.get('TF-IDF')!];
    bars.push(bar(`real ${name}: nDCG@10 minus TF-IDF`, own.ndcg - tfIdf.ndcg, '≥', 0, reports.length));
    const text = scored.get('Postgres full text');
    if (text)
      bars.push(
        bar(`real ${name}: nDCG@10 minus Postgres full text`, own.ndcg - text.ndcg, '≥', 0, reports.length),
      );
    log(`${name}: nDCG@10 ${own.ndcg.toFixed(3)}, TF-IDF ${tfIdf.ndcg.toFixed(3)}`);
  }
  const columns = ['reports', 'way', 'nDCG@10', 'P@10 (overlap ≥ ½)', 'reports in all', 'queries'];
  return {
    bars,
    tables:
      rows.length === 0 ? [] : [{ title: 'Real reports find reports with the same labels', columns, rows }],
  };
}

async function compare(
  reader: TextReader,
  reports: readonly LabelledReport[],
  queries: readonly number[],
  fullText: boolean,
): Promise<Map<string, TextRetrieval>> {
  const out = new Map<string, TextRetrieval>();
  out.set('biud', scoreRetrieval(await byMeaning(reader, reports, queries), reports, queries));
  out.set('TF-IDF', scoreRetrieval(byTfIdf(reports, queries), reports, queries));
  if (fullText)
    out.set('Postgres full text', scoreRetrieval(await byFullText(reports, queries), reports, queries));
  out.set('chance', scoreRetrieval(new Float32Array(queries.length * reports.length), reports, queries));
  return out;
}
