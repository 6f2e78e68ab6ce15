// The finding vocabulary as the API lists it. Its words belong to the kernel.
import { type FindingEntry, findingVocabulary } from '@tomograph/kernel';

const byCode = new Map(findingVocabulary.map((finding) => [finding.code, finding]));
const sorted = [...findingVocabulary].sort((a, b) => (a.code < b.code ? -1 : 1));

export function findingOf(code: string): FindingEntry | undefined {
  return byCode.get(code);
}

/** By code; all of them when `text` (lower case) is undefined, else those whose name or synonyms contain it. */
export function findingsMatching(text: string | undefined): readonly FindingEntry[] {
  if (text === undefined) return sorted;
  return sorted.filter(({ name, synonyms }) =>
    [name, ...synonyms].some((word) => word.toLowerCase().includes(text)),
  );
}
