// Text questions as people ask them, timed over a base of reports: a frequent word, words, findings, denials. Says
// nothing of whether the answers are right: the tests of packages/retrieval do.
import type { SqlDatabase } from '@tomograph/data';
import { searchCases } from '@tomograph/retrieval';
import { loadTextBase } from './text-base.js';

export interface TextQuestionResult {
  readonly kind: 'words' | 'findings';
  readonly question: string;
  readonly studies: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly n: number;
}

export interface TextResult {
  readonly count: number;
  readonly sentences: number;
  readonly source: string;
  readonly loadSeconds: number;
  readonly questions: readonly TextQuestionResult[];
}

const questions: readonly (readonly [kind: 'words' | 'findings', question: string])[] = [
  ['words', 'lung'],
  ['words', 'upper lobe'],
  ['words', 'thyroid'],
  ['words', '"right lower lobe" -nodule'],
  ['words', 'no lesion'],
  ['findings', 'emphysema'],
  ['findings', 'nodule'],
  ['findings', 'pleural effusion'],
  ['findings', 'no pleural effusion'],
  ['findings', 'nodule without pleural effusion'],
  ['findings', 'nodule emphysema atelectasis left upper lobe'],
  ['findings', 'emphysema "upper lobe"'],
];

export async function measureText(
  db: SqlDatabase,
  options: { seed: number; count: number; runs: number; log(line: string): void },
): Promise<TextResult> {
  const start = performance.now();
  const base = await loadTextBase(db, options);
  const loadSeconds = (performance.now() - start) / 1000;
  options.log(`${options.count} reports, ${base.sentences} sentences, loaded in ${loadSeconds.toFixed(1)} s`);
  const results: TextQuestionResult[] = [];
  for (const [kind, question] of questions) {
    const times: number[] = [];
    let studies = 0;
    for (let run = -2; run < options.runs; run++) {
      const started = performance.now();
      const page = await searchCases(db, { projectIds: [base.projectId] }, { text: question, first: 10 });
      studies = page.channels[0]!.candidates;
      if (run >= 0) times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.floor(times.length * share)]!;
    results.push({ kind, question, studies, p50Ms: at(0.5), p95Ms: at(0.95), n: times.length });
    options.log(
      `  ${question}: ${studies} studies, p50 ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms`,
    );
  }
  return {
    count: options.count,
    sentences: base.sentences,
    source: base.source,
    loadSeconds,
    questions: results,
  };
}
