// A vector of the common space has two parts: what is found in the patient, which words speak of, and how the patient looks
// from the front, which films and scans share and words have zeros for. One cosine then serves every pair: text ranks by
// the first part alone, film and CT by both.
import type { Val } from '../../graph/graph.js';
import * as b from '../../ops/build.js';
import type { BiudConfig } from './biud-config.js';
import { unit } from './text-reader.js';

/** Share of the view in the cosine of a film and a scan. Chosen on validation phantoms: see docs/reference/biud.md. */
const viewShare = 0.75;

/** [batch, width] and [batch, view width], each of length 1 -> [batch, width + view width] of length 1. */
export const joined = (meaning: Val, view: Val): Val =>
  b.concat([b.mul(meaning, Math.sqrt(1 - viewShare)), b.mul(view, Math.sqrt(viewShare))], 1);

/** [.., width] -> [.., width + view width]: of words and of regions of a scan, which have no view. */
export function withoutView(meaning: Val, config: BiudConfig): Val {
  const before = meaning.shape.map(() => 0);
  return b.pad(meaning, before, [...before.slice(1), config.view.width]);
}

/** What is found, of a vector of the common space: length 1. */
export const meaningPart = (vector: Float32Array, { width }: Pick<BiudConfig, 'width'>): Float32Array =>
  unit(vector.slice(0, width));
