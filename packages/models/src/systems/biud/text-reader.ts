// Sentences and reports -> vectors, through whatever runs the text network. Splitting is kernel's; networks are not built
// here.
import { splitSentences } from '@tomograph/kernel';
import { floats, type Tensors } from '../../graph/tensor-data.js';
import { WordPieces } from './word-pieces.js';

/** Runs a network: a Session or an InferencePool. */
export interface NetworkRunner {
  run(feeds: Tensors): Promise<Tensors>;
}

export interface SentenceVector {
  readonly text: string;
  /** Length 1. */
  readonly vector: Float32Array;
  /** What the sentence counts in its report, positive. */
  readonly weight: number;
}

export interface ReportVectors {
  readonly sentences: readonly SentenceVector[];
  /** Σ weight · sentence, length 1. */
  readonly vector: Float32Array;
}

const batch = 64;
/** More sentences of one report are not read. */
export const maxReportSentences = 80;

export class TextReader {
  private readonly pieces: WordPieces;
  private readonly known = new Map<string, SentenceVector>();

  constructor(
    private readonly runner: NetworkRunner,
    vocabulary: readonly string[],
    private readonly tokens: number,
  ) {
    this.pieces = new WordPieces(vocabulary);
  }

  /** One vector a sentence, in order. */
  async sentences(texts: readonly string[]): Promise<SentenceVector[]> {
    const missing = [...new Set(texts)].filter((text) => !this.known.has(text));
    if (this.known.size > 50_000) this.known.clear();
    for (let from = 0; from < missing.length; from += batch) {
      const some = missing.slice(from, from + batch);
      const ids = new BigInt64Array(some.length * this.tokens);
      for (const [row, text] of some.entries())
        for (const [i, id] of this.pieces.encode(text, this.tokens).entries())
          ids[row * this.tokens + i] = BigInt(id);
      const out = await this.runner.run({
        input_ids: { dtype: 'i64', shape: [some.length, this.tokens], data: ids },
      });
      const vectors = floats(out, 'sentence_embedding');
      const weights = floats(out, 'report_weight');
      const width = vectors.length / some.length;
      for (const [row, text] of some.entries())
        this.known.set(text, {
          text,
          vector: vectors.slice(row * width, (row + 1) * width),
          weight: weights[row]!,
        });
    }
    const read = await Promise.all(
      texts.map((text) => this.known.get(text) ?? this.sentences([text]).then(([one]) => one!)),
    );
    return read;
  }

  /** Headings are no sentences. An empty report is read as one empty sentence. */
  async report(text: string): Promise<ReportVectors> {
    return this.reportOf(reportSentences(text));
  }

  async reportOf(texts: readonly string[]): Promise<ReportVectors> {
    const sentences = await this.sentences(texts.length === 0 ? [''] : texts.slice(0, maxReportSentences));
    return { sentences, vector: weightedMean(sentences) };
  }
}

/** Sentences of a report without the headings in front of them. */
export function reportSentences(text: string): string[] {
  const headings = /^\s*(?:FINDINGS?|IMPRESSIONS?|CONCLUSIONS?|RESULTS?)\s*:\s*/i;
  return text.split(/\n\s*\n/).flatMap((block) => splitSentences(block.replace(headings, '')));
}

export function weightedMean(sentences: readonly SentenceVector[]): Float32Array {
  const sum = new Float32Array(sentences[0]!.vector.length);
  for (const { vector, weight } of sentences) for (const [i, x] of vector.entries()) sum[i]! += weight * x;
  return unit(sum);
}

export function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return vector.map((x) => x / length);
}
