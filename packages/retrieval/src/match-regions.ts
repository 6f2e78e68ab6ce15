// Sentence by region: of each study and each sentence the region of its CTs that is most similar. Plain numbers.
import { unpackRegions } from '@tomograph/data';
import { regionPart } from '@tomograph/kernel';

export interface RegionRow {
  readonly study_id: string;
  readonly subject_id: string;
  /** As packages/data stores them. */
  readonly vectors: Uint8Array;
}

export interface RegionMatch {
  readonly seriesId: string;
  readonly region: string;
  /** Cosine. */
  readonly similarity: number;
  /** Of every region of that CT, in their order. */
  readonly heat: readonly number[];
}

/** Per study one match for each sentence, in their order. Equal ones: the CT first in `rows`, its first region. */
export function matchRegions(
  rows: readonly RegionRow[],
  sentences: readonly (Float32Array | readonly number[])[],
  width: number,
): Map<string, RegionMatch[]> {
  const asked = sentences.map(unit);
  const byStudy = new Map<string, RegionMatch[]>();
  for (const { study_id, subject_id, vectors } of rows) {
    const regions = unpackRegions(vectors, width);
    const lengths = lengthsOf(regions, width);
    const found = byStudy.get(study_id) ?? [];
    for (const [place, sentence] of asked.entries()) {
      const heat = similarities(regions, lengths, sentence);
      let cell = 0;
      for (let i = 1; i < heat.length; i++) if (heat[i]! > heat[cell]!) cell = i;
      const similarity = heat[cell]!;
      if (found[place] === undefined || similarity > found[place].similarity)
        found[place] = { seriesId: subject_id, region: regionPart(cell), similarity, heat };
    }
    byStudy.set(study_id, found);
  }
  return byStudy;
}

function similarities(regions: Float32Array, lengths: readonly number[], sentence: Float64Array): number[] {
  const width = sentence.length;
  return lengths.map((length, cell) => {
    let dot = 0;
    for (let i = 0, at = cell * width; i < width; i++, at++) dot += regions[at]! * sentence[i]!;
    return dot / length;
  });
}

function lengthsOf(regions: Float32Array, width: number): number[] {
  return Array.from({ length: regions.length / width }, (_, cell) => {
    let square = 0;
    for (let i = cell * width; i < (cell + 1) * width; i++) square += regions[i]! * regions[i]!;
    return Math.sqrt(square);
  });
}

function unit(vector: Float32Array | readonly number[]): Float64Array {
  const own = Float64Array.from(vector);
  const length = Math.hypot(...own);
  return own.map((value) => value / length);
}
