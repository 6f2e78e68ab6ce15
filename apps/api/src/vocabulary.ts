// The finding vocabulary as the API shows it. Its content belongs to packages/retrieval.
import type { FindingShape } from './schema/shapes.js';

export interface Vocabulary {
  find(code: string): FindingShape | undefined;
  /** Sorted by code; all when `text` (lower case) is undefined. */
  matching(text: string | undefined): readonly FindingShape[];
}

export function createVocabulary(findings: readonly FindingShape[]): Vocabulary {
  const byCode = new Map(findings.map((finding) => [finding.code, finding]));
  const sorted = [...findings].sort((a, b) => (a.code < b.code ? -1 : 1));
  return {
    find: (code) => byCode.get(code),
    matching: (text) =>
      text === undefined
        ? sorted
        : sorted.filter(({ name, synonyms }) =>
            [name, ...synonyms].some((word) => word.toLowerCase().includes(text)),
          ),
  };
}
