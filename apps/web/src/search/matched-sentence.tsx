// The report's sentence that answered the text, with what matched in it marked.
import { splitBySpans } from '../format/text-spans';
import { sentenceCase } from '../format/words';
import type { Explanation } from './use-results';

export function MatchedSentence({ part, isLarge = false }: { part: Explanation; isLarge?: boolean }) {
  if (part.sentence === null) return null;
  const { text, section } = part.sentence;
  const spans = (part.highlights ?? []).map((span) => ({ ...span, mark: true }));
  return (
    <p
      data-testid="matched-sentence"
      className={`border-accent/50 border-l-2 pl-2 text-ink ${isLarge ? 'line-clamp-6 text-base leading-normal' : 'text-sm leading-snug'}`}
    >
      <span className="sr-only">{sentenceCase(section)}: </span>
      {splitBySpans(text, spans).map((piece, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one fixed sentence, in order
        piece.mark ? <mark key={index}>{piece.text}</mark> : <span key={index}>{piece.text}</span>,
      )}
    </p>
  );
}
