// One ranking with ties, and measures of it in expectation over every order of the tied. Not a search engine: see
// packages/retrieval. Source of the tie-aware forms: McSherry & Najork, "Computing information retrieval performance
// measures efficiently in the presence of tied scores", 2008.

/** Candidates of one score, best score first. */
export interface TieGroup {
  readonly size: number;
  /** How many of them have a gain above 0. */
  readonly relevant: number;
  /** Sum of their gains. */
  readonly gain: number;
}

/** @param items score and gain of every candidate that takes part */
export function tieGroups(items: readonly { readonly score: number; readonly gain: number }[]): TieGroup[] {
  const sorted = [...items].sort((a, b) => b.score - a.score);
  const groups: TieGroup[] = [];
  for (let start = 0; start < sorted.length; ) {
    let [end, relevant, gain] = [start, 0, 0];
    for (; end < sorted.length && sorted[end]!.score === sorted[start]!.score; end++) {
      if (sorted[end]!.gain > 0) relevant++;
      gain += sorted[end]!.gain;
    }
    groups.push({ size: end - start, relevant, gain });
    start = end;
  }
  return groups;
}

/** P(at least one of `relevant` among `taken` of `size`, drawn without order). */
export function hitProbability(size: number, relevant: number, taken: number): number {
  let miss = 1;
  for (let i = 0; i < Math.min(taken, size); i++) miss *= Math.max(0, size - relevant - i) / (size - i);
  return 1 - miss;
}

/** P(a relevant candidate is among the first k). */
export function hitAt(groups: readonly TieGroup[], k: number): number {
  let above = 0;
  for (const { size, relevant } of groups) {
    if (above >= k) return 0;
    // the first group with a relevant one decides: all before it had none
    if (relevant > 0) return hitProbability(size, relevant, k - above);
    above += size;
  }
  return 0;
}

/** Expected share of relevant candidates among the first k (k counts even where there are fewer candidates). */
export function precisionAt(groups: readonly TieGroup[], k: number): number {
  return overTop(groups, k, ({ relevant, size }, taken) => (relevant * taken.length) / size) / k;
}

/** Expected 1 / rank of the first relevant candidate; 0 without one. */
export function reciprocalRank(groups: readonly TieGroup[]): number {
  let above = 0;
  for (const { size, relevant } of groups) {
    if (relevant === 0) {
      above += size;
      continue;
    }
    let [expected, noneYet] = [0, 1];
    for (let place = 1; place <= size - relevant + 1; place++) {
      const first = relevant / (size - place + 1); // the next is relevant, given that none was yet
      expected += (noneYet * first) / (above + place);
      noneYet *= 1 - first;
    }
    return expected;
  }
  return 0;
}

/** Expected Σ gain / log2(rank + 1) over the first k, by the same sum of the best order; 0 without any gain. */
export function ndcgAt(groups: readonly TieGroup[], gains: readonly number[], k: number): number {
  const ideal = [...gains]
    .sort((a, b) => b - a)
    .slice(0, k)
    .reduce((sum, gain, i) => sum + gain * discount(i + 1), 0);
  if (ideal === 0) return 0;
  const found = overTop(
    groups,
    k,
    ({ gain, size }, taken) => (gain / size) * taken.reduce((s, r) => s + discount(r), 0),
  );
  return found / ideal;
}

const discount = (rank: number): number => 1 / Math.log2(rank + 1);

/** Sums over the groups that reach into the first k; `taken` are the ranks of a group that lie there. */
function overTop(
  groups: readonly TieGroup[],
  k: number,
  term: (group: TieGroup, taken: readonly number[]) => number,
): number {
  let [above, total] = [0, 0];
  for (const group of groups) {
    if (above >= k) break;
    const taken = Math.min(group.size, k - above);
    total += term(
      group,
      Array.from({ length: taken }, (_, i) => above + i + 1),
    );
    above += group.size;
  }
  return total;
}
