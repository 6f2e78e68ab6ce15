// What an answer rests on: the prototypes that were recalled and the stored nodules that look most alike.
import type { NearestNodule, RecalledPrototype } from './nodule-result.js';
import type { PareModel } from './pare-bundle.js';
import type { Judgement } from './pare-member.js';

const shownPrototypes = 4;
const shownNodules = 5;

export interface Evidence {
  readonly prototypes: readonly RecalledPrototype[];
  readonly nearest: readonly NearestNodule[];
  readonly embedding: Float32Array;
}

/** @param judgements one per network, in order */
export function evidence(model: PareModel, judgements: readonly Judgement[]): Evidence {
  const embedding = joined(judgements);
  const { stored } = model;
  const nearest = nearestTo(stored.embeddings, embedding, shownNodules).map(({ row, distance }) => ({
    id: row,
    outcome: outcomeOf(stored.malignant[row] === 1),
    distance,
    diameterMm: stored.diametersMm[row]!,
  }));
  const perClass = model.config.prototypesPerClass;
  const prototypes = judgements
    .flatMap(({ recall }, member) =>
      [...recall].map((weight, index) => ({ member, index, outcome: outcomeOf(index >= perClass), weight })),
    )
    .sort((a, b) => b.weight - a.weight)
    .slice(0, shownPrototypes * judgements.length)
    .map((each) => ({ ...each, example: exampleOf(model, each.member, each.index) }));
  return { prototypes, nearest, embedding };
}

export function joined(judgements: readonly Pick<Judgement, 'embedding'>[]): Float32Array {
  const width = judgements[0]!.embedding.length;
  const all = new Float32Array(width * judgements.length);
  for (const [i, { embedding }] of judgements.entries()) all.set(embedding, i * width);
  return all;
}

function exampleOf(model: PareModel, member: number, index: number): number | undefined {
  const width = model.config.tokenWidth;
  const prototype = model.members[member]!.prototypes.subarray(index * width, (index + 1) * width);
  return nearestTo(model.stored.embeddings, prototype, 1, member * width)[0]?.row;
}

/** Rows nearest to x, compared with the part of each row that begins at `from`. */
function nearestTo(
  rows: readonly Float32Array[],
  x: Float32Array,
  count: number,
  from = 0,
): { row: number; distance: number }[] {
  return rows
    .map((stored, row) => {
      let d = 0;
      for (let i = 0; i < x.length; i++) d += (stored[from + i]! - x[i]!) ** 2;
      return { row, distance: Math.sqrt(d) };
    })
    .sort((a, b) => a.distance - b.distance || a.row - b.row)
    .slice(0, count);
}

const outcomeOf = (malignant: boolean): 'MALIGNANT' | 'BENIGN' => (malignant ? 'MALIGNANT' : 'BENIGN');
