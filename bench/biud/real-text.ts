// Reality check of the text side: real reports find reports with the same labels, against TF-IDF over words and against
// Postgres full text. Nothing is trained or chosen on them.
import { readFileSync } from 'node:fs';
import { Random } from '@tomograph/kernel';
import { type Relevance, reportSentences, retrievalScores, type TextReader } from '@tomograph/models';
import { parseCsv } from '../../tests/csv.js';
import { sharedData } from '../../tests/shared-data.js';
import { similarities } from './scores.js';

export interface LabelledReport {
  readonly text: string;
  readonly labels: readonly string[];
}

/** 800 chest CT reports with 18 labels each; undefined where the set is not here. */
export function readCtReports(): LabelledReport[] | undefined {
  const path = sharedData('reports_ctrate_labels', 'train.csv');
  if (path === undefined) return undefined;
  return parseCsv(readFileSync(path, 'utf8')).map(
    ({ AccessionNo: _, report_text: text = '', ...labels }) => ({
      text,
      labels: Object.keys(labels).filter((label) => Number(labels[label]) === 1),
    }),
  );
}

/** Chest X-ray reports with the problems that indexers gave them. */
export function readFilmReports(): LabelledReport[] | undefined {
  const path = sharedData('reports_iuxray', 'reports.csv');
  if (path === undefined) return undefined;
  return parseCsv(readFileSync(path, 'utf8')).flatMap(({ findings, impression, Problems = '' }) => {
    const text = [findings, impression].filter(Boolean).join('\n\n');
    if (text === '') return [];
    const labels = Problems.toLowerCase()
      .split(';')
      .filter((label) => label !== '' && label !== 'normal');
    return [{ text, labels }];
  });
}

export interface TextRetrieval {
  readonly ndcg: number;
  readonly precision: number;
}

/** Reports ask for reports; gain is the Jaccard overlap of labels, two reports without labels agree. */
export function scoreRetrieval(
  scores: Float32Array,
  reports: readonly LabelledReport[],
  queries: readonly number[],
): TextRetrieval {
  const n = reports.length;
  const sets = reports.map(({ labels }) => new Set(labels));
  const overlap = (a: number, b: number): number => {
    const [x, y] = [sets[a]!, sets[b]!];
    if (x.size === 0 && y.size === 0) return 1;
    const shared = [...x].filter((label) => y.has(label)).length;
    return shared / (x.size + y.size - shared);
  };
  // the query itself gets no gain and the last place
  for (const [q, query] of queries.entries()) scores[q * n + query] = -2;
  const at = (relevance: Relevance) =>
    retrievalScores(scores, { queries: queries.length, candidates: n, relevance, ks: [10] }).at[0]!;
  const gain = (q: number, c: number): number => (queries[q] === c ? 0 : overlap(queries[q]!, c));
  return { ndcg: at(gain).ndcg, precision: at((q, c) => (gain(q, c) >= 0.5 ? 1 : 0)).precision };
}

export function someQueries(n: number, most: number): number[] {
  return new Random(1, 'queries').shuffle([...Array(n).keys()]).slice(0, most);
}

export async function byMeaning(
  reader: TextReader,
  reports: readonly LabelledReport[],
  queries: readonly number[],
): Promise<Float32Array> {
  const vectors: Float32Array[] = [];
  for (const { text } of reports) vectors.push((await reader.reportOf(reportSentences(text))).vector);
  return similarities(
    queries.map((q) => vectors[q]!),
    vectors,
  );
}

/** Cosine of log-scaled term frequency times inverse document frequency over lower-case words. */
export function byTfIdf(reports: readonly LabelledReport[], queries: readonly number[]): Float32Array {
  const counts = reports.map(({ text }) => {
    const own = new Map<string, number>();
    for (const word of text.toLowerCase().match(/[a-z]{2,}/g) ?? []) own.set(word, (own.get(word) ?? 0) + 1);
    return own;
  });
  const documents = new Map<string, number>();
  for (const own of counts)
    for (const word of own.keys()) documents.set(word, (documents.get(word) ?? 0) + 1);
  const vectors = counts.map((own) => {
    const weights = new Map<string, number>();
    let sum = 0;
    for (const [word, n] of own) {
      const weight = (1 + Math.log(n)) * Math.log(reports.length / documents.get(word)!);
      weights.set(word, weight);
      sum += weight * weight;
    }
    const length = Math.sqrt(sum) || 1;
    for (const [word, weight] of weights) weights.set(word, weight / length);
    return weights;
  });
  const out = new Float32Array(queries.length * reports.length);
  for (const [q, query] of queries.entries())
    for (const [c, candidate] of vectors.entries()) {
      let sum = 0;
      for (const [word, weight] of vectors[query]!) sum += weight * (candidate.get(word) ?? 0);
      out[q * reports.length + c] = sum;
    }
  return out;
}
