'use client';
// The report, sentence by sentence. A finding is coloured, signed and named by its polarity; the cited sentence is
// brought into view.
import { useEffect, useRef } from 'react';
import { mentionSpans, splitBySpans } from '../format/text-spans';
import { sentenceCase } from '../format/words';
import type { Polarity } from '../graphql/generated/types';
import { Panel } from '../shell/notices';
import type { CaseReport } from './case-types';
import { MentionChip } from './mention-chip';

type Sentence = CaseReport['sentences'][number];

export function ReportPanel(props: { reports: readonly CaseReport[]; citedSentence: string | undefined }) {
  if (props.reports.length === 0) {
    return (
      <Panel title="Report">
        <p className="text-ink-soft text-sm">This case has no report.</p>
      </Panel>
    );
  }
  return props.reports.map((report, index) => (
    <Panel
      key={report.id}
      testId="report"
      title={props.reports.length === 1 ? 'Report' : `Report ${index + 1} of ${props.reports.length}`}
      aside={<Legend />}
    >
      {report.sentences.length === 0 && <p className="whitespace-pre-wrap text-sm">{report.text}</p>}
      {bySection(report.sentences).map(([section, sentences]) => (
        <section key={`${section}${sentences[0]?.id}`} className="mb-3 last:mb-0">
          <h3 className="mb-1 text-2xs text-ink-soft uppercase tracking-wide">{sentenceCase(section)}</h3>
          {sentences.map((sentence) => (
            <SentenceLine
              key={sentence.id}
              sentence={sentence}
              isCited={sentence.id === props.citedSentence}
            />
          ))}
        </section>
      ))}
    </Panel>
  ));
}

const underlines: Record<Polarity, string> = {
  PRESENT: 'decoration-present',
  ABSENT: 'decoration-absent decoration-dashed',
  UNCERTAIN: 'decoration-uncertain decoration-dotted',
};

function SentenceLine({ sentence, isCited }: { sentence: Sentence; isCited: boolean }) {
  const line = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // Stacked below the picture, the page itself would scroll and hide whose case it is.
    if (isCited && matchMedia('(min-width: 64rem)').matches)
      line.current?.scrollIntoView({ block: 'nearest' });
  }, [isCited]);
  const parts = splitBySpans(sentence.text, mentionSpans(sentence.text, sentence.findings));
  return (
    <p
      ref={line}
      data-testid="sentence"
      data-sentence-id={sentence.id}
      data-cited={isCited || undefined}
      className="border-transparent border-l-2 py-0.5 pl-2 text-sm leading-relaxed data-cited:border-accent data-cited:bg-accent-wash"
    >
      {isCited && <span className="sr-only">Matched: </span>}
      {parts.map((part, index) =>
        part.mark === undefined ? (
          part.text
        ) : (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of one fixed sentence, in order
            key={index}
            className={`underline decoration-2 underline-offset-3 ${underlines[part.mark]}`}
          >
            {part.text}
          </span>
        ),
      )}{' '}
      {sentence.findings.map((mention) => (
        <span key={`${mention.polarity}${mention.finding.code}`} className="mr-1 whitespace-nowrap">
          <MentionChip mention={mention} />
        </span>
      ))}
    </p>
  );
}

function Legend() {
  return (
    <ul className="flex gap-2" aria-label="Marks">
      <li className="text-present">+ present</li>
      <li className="text-absent">− absent</li>
      <li className="text-uncertain">? uncertain</li>
    </ul>
  );
}

/** Neighbouring sentences of one section together, in the report's order. */
function bySection(sentences: readonly Sentence[]): [string, Sentence[]][] {
  const sections: [string, Sentence[]][] = [];
  for (const sentence of [...sentences].sort((a, b) => a.ordinal - b.ordinal)) {
    const last = sections.at(-1);
    if (last?.[0] === sentence.section) last[1].push(sentence);
    else sections.push([sentence.section, [sentence]]);
  }
  return sections;
}
