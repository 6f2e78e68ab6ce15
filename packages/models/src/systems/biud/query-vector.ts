// Words as one query vector. A sentence that only denies asks for what is far from the finding, not for what speaks of it:
// the vector of "no effusion" alone lies nearer to scans with effusion than to others.
import { findFindings, splitSentences } from '@tomograph/kernel';
import { findingWords } from './phrases.js';
import { type SentenceVector, type TextReader, weightedMean } from './text-reader.js';
import { promptVectors } from './zero-shot.js';

export async function queryVector(reader: TextReader, text: string): Promise<Float32Array> {
  const sentences = splitSentences(text);
  const read: SentenceVector[] = [];
  for (const sentence of sentences.length === 0 ? [text] : sentences)
    read.push((await denial(reader, sentence)) ?? (await reader.sentences([sentence]))[0]!);
  return weightedMean(read);
}

/** Absent minus present of every finding that the sentence denies; undefined where it affirms or names none known. */
async function denial(reader: TextReader, sentence: string): Promise<SentenceVector | undefined> {
  const mentions = findFindings(sentence);
  if (mentions.length === 0 || mentions.some(({ polarity }) => polarity !== 'ABSENT')) return undefined;
  const codes = [...new Set(mentions.map(({ code }) => code))].filter(
    (code) => findingWords(code) !== undefined,
  );
  if (codes.length === 0) return undefined;
  const away: SentenceVector[] = [];
  for (const code of codes) {
    const { present, absent } = await promptVectors(reader, code);
    away.push({ text: code, vector: absent.map((value, i) => value - present[i]!), weight: 1 });
  }
  return { text: sentence, vector: weightedMean(away), weight: 1 };
}
