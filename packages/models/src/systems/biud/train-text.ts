// Trains the text encoder on generated sentences: two paraphrases of the same facts belong together, sentence by
// sentence and report by report. Targets are graded by the overlap of facts, so "both normal" is no negative.
import { Random } from '@tomograph/kernel';
import { Graph, type Val } from '../../graph/graph.js';
import { FlatParams, type Weights } from '../../graph/params.js';
import { f32, i32, type Tensors } from '../../graph/tensor-data.js';
import { infoNce } from '../../losses/info-nce.js';
import * as b from '../../ops/build.js';
import { type TrainingProgram, trainingProgram } from '../../train/program.js';
import type { BiudConfig, TextRecipe } from './biud-config.js';
import { runRecipe } from './run-recipe.js';
import {
  affirmedFacts,
  drawReportFacts,
  entityWords,
  type Facts,
  factOverlap,
  writeSentence,
} from './sentence-generator.js';
import { reportVectors, textEncoder } from './text-encoder.js';
import { buildVocabulary, maskId, padId, WordPieces } from './word-pieces.js';

export interface TrainedText {
  readonly vocabulary: readonly string[];
  readonly weights: Weights;
}

export interface TextTraining {
  readonly config: BiudConfig;
  readonly recipe: TextRecipe;
  readonly seed: number;
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** @throws AppError TRAINING_DIVERGED, CANCELLED */
export async function trainText(training: TextTraining): Promise<TrainedText> {
  const { config, recipe, seed, log } = training;
  const vocabulary = generatedVocabulary(seed);
  const pieces = new WordPieces(vocabulary);
  const program = textProgram(config, recipe, vocabulary.length);
  const weights = await runRecipe(program, {
    name: 'text',
    recipe,
    seed,
    batch: (step) => textBatch(pieces, recipe, new Random(seed, `text-${step}`)),
    log,
    signal: training.signal,
  });
  return { vocabulary, weights };
}

/** Vocabulary of what the generator can write. */
export function generatedVocabulary(seed: number): string[] {
  const random = new Random(seed, 'vocabulary');
  const sentences: string[] = [];
  for (let i = 0; i < 3000; i++)
    for (const facts of drawReportFacts(random, 5)) sentences.push(writeSentence(facts, random));
  return buildVocabulary(sentences);
}

export function textProgram(config: BiudConfig, recipe: TextRecipe, words: number): TrainingProgram {
  const graph = new Graph('biud-text-training');
  const params = new FlatParams(graph);
  const { reports, sentences } = recipe;
  const n = reports * sentences;
  const ids = graph.input('ids', 'i32', [2 * n, recipe.tokens]);
  const { sentence, weight } = textEncoder(params, ids, config, words);
  const half = (x: Val, from: number): Val => b.slice(x, [{ axis: 0, start: from, end: from + n }]);
  const views = [0, n].map((from) => ({ sentence: half(sentence, from), weight: half(weight, from) }));
  const sentenceLoss = infoNce(views[0]!.sentence, views[1]!.sentence, {
    temperature: recipe.sentenceTemperature,
    targets: graph.input('sentenceTargets', 'f32', [n, n]),
  });
  const [first, second] = views.map((view) => reportVectors(view, reports, sentences)) as [Val, Val];
  const reportLoss = infoNce(first, second, {
    temperature: recipe.reportTemperature,
    targets: graph.input('reportTargets', 'f32', [reports, reports]),
  });
  return trainingProgram({
    graph,
    params,
    loss: b.add(sentenceLoss, reportLoss),
    terms: { sentence: sentenceLoss, report: reportLoss },
    optimizer: { weightDecay: 0.01 },
  });
}

/** Two wordings of the same reports, and what belongs together. */
export function textBatch(pieces: WordPieces, recipe: TextRecipe, random: Random): Tensors {
  const { reports, sentences, tokens } = recipe;
  const facts = Array.from({ length: reports }, () => drawReportFacts(random, sentences));
  const flat = facts.flat();
  const ids = new Int32Array(2 * flat.length * tokens);
  for (const view of [0, 1])
    for (const [i, each] of flat.entries()) {
      const encoded = pieces.encode(writeSentence(each, random), tokens);
      maskWords(encoded, pieces, recipe, random);
      ids.set(encoded, (view * flat.length + i) * tokens);
    }
  return {
    ids: i32(ids, [2 * flat.length, tokens]),
    sentenceTargets: f32(gradedTargets(flat), [flat.length, flat.length]),
    reportTargets: f32(gradedTargets(facts.map(affirmedFacts)), [reports, reports]),
  };
}

/** Rows sum to 1; an overlap counts by its cube, so that half the facts are a hint and not an equal. */
export function gradedTargets(facts: readonly Facts[]): Float32Array {
  const n = facts.length;
  const out = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) {
      const share = factOverlap(facts[i]!, facts[j]!) ** 3;
      out[i * n + j] = share;
      sum += share;
    }
    for (let j = 0; j < n; j++) out[i * n + j]! /= sum;
  }
  return out;
}

/** Entity-focused masking: words that name findings are hidden more often than others. In place. */
export function maskWords(ids: Int32Array, pieces: WordPieces, recipe: TextRecipe, random: Random): void {
  for (const [at, id] of ids.entries()) {
    if (id === padId) return;
    const isEntity = entityWords.has(pieces.vocabulary[id]!);
    if (random.chance(isEntity ? recipe.maskEntities : recipe.maskOthers)) ids[at] = maskId;
  }
}
