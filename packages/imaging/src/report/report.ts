// A report as the search needs it: sections, sentences, and what each sentence says of each finding.
import type { FindingMention } from '@tomograph/kernel';

export type ReportSectionName = 'FINDINGS' | 'IMPRESSION' | 'OTHER';

export interface ReportSentence {
  /** Position in the report, from 0. */
  readonly index: number;
  readonly section: ReportSectionName;
  readonly text: string;
  readonly findings: readonly FindingMention[];
}

export interface Report {
  /** The text after names, dates and numbers that could identify were replaced. */
  readonly text: string;
  readonly sections: readonly { readonly name: ReportSectionName; readonly text: string }[];
  readonly sentences: readonly ReportSentence[];
}
