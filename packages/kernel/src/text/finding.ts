// What a sentence can say of a finding. The words themselves are in finding-vocabulary.ts.

export const polarities = ['PRESENT', 'ABSENT', 'UNCERTAIN'] as const;
export type Polarity = (typeof polarities)[number];

/** A finding in a sentence: [start, end) are character positions of the words that named it. */
export interface FindingMention {
  readonly code: string;
  readonly polarity: Polarity;
  readonly start: number;
  readonly end: number;
}
