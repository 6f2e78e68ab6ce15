// A finding with its polarity: said by sign and word as well as by colour.
import { polarityWords } from '../format/words';
import type { Polarity } from '../graphql/generated/types';

export const polarityStyles: Record<Polarity, string> = {
  PRESENT: 'bg-present-wash text-present',
  ABSENT: 'bg-absent-wash text-absent',
  UNCERTAIN: 'bg-uncertain-wash text-uncertain',
};

interface Mention {
  readonly polarity: Polarity;
  readonly finding: { readonly code: string; readonly name: string };
}

export function MentionChip({ mention }: { mention: Mention }) {
  const { sign, prefix } = polarityWords[mention.polarity];
  return (
    <span
      data-testid="mention"
      data-polarity={mention.polarity}
      data-finding={mention.finding.code}
      className={`inline-flex items-center gap-1 rounded px-1.5 py-px font-medium text-2xs ${polarityStyles[mention.polarity]}`}
    >
      <span aria-hidden="true">{sign}</span>
      {prefix}
      {mention.finding.name}
    </span>
  );
}
