// One case in the grid: picture, who it is (a pseudonym), the sentence that matched, and why it is here.
import Link from 'next/link';
import { CaseFacts, CasePicture } from '../cases/case-picture';
import { MentionChip } from '../cases/mention-chip';
import { MatchedSentence } from './matched-sentence';
import type { Explanation, Hit } from './use-results';
import { WhyThis } from './why-this';

export function CaseCard(props: { hit: Hit; isWhyOpen: boolean; onToggleWhy: () => void }) {
  const { hit } = props;
  const matched = hit.why.find((part) => part.sentence !== null);
  const query = matched?.sentence ? `?sentence=${encodeURIComponent(matched.sentence.id)}` : '';
  const hasPicture = hit.case.thumbnailUrl !== null;
  const whyId = `why-${hit.case.id}`;
  return (
    <li
      data-testid="case-card"
      data-case-id={hit.case.id}
      data-case-label={hit.case.label}
      className="group relative flex flex-col overflow-hidden rounded-md border border-line bg-panel hover:border-control-line has-[[data-case-link]:focus-visible]:border-accent has-[[data-case-link]:focus-visible]:ring-2 has-[[data-case-link]:focus-visible]:ring-accent"
    >
      {hasPicture ? <CasePicture url={hit.case.thumbnailUrl} /> : <ReportTile hit={hit} matched={matched} />}
      <div className="flex flex-1 flex-col gap-2 p-2.5">
        <div className="flex items-baseline justify-between gap-2">
          <h3 className="font-medium font-mono text-sm">
            <Link
              href={`/cases/${encodeURIComponent(hit.case.id)}${query}`}
              data-case-link=""
              prefetch={false}
              className="rounded after:absolute after:inset-0 after:content-[''] focus-visible:outline-none"
            >
              {hit.case.label}
            </Link>
          </h3>
          {hit.case.isDemo && <span className="text-2xs text-ink-soft">demo</span>}
        </div>
        <CaseFacts facts={hit.case} />
        {hasPicture && matched !== undefined && <MatchedSentence part={matched} />}
        {hasPicture && hit.findings.length > 0 && <FindingsOf hit={hit} />}
        {hit.why.length > 0 && (
          <div className="relative z-10 mt-auto">
            <button
              type="button"
              data-testid="why-toggle"
              aria-expanded={props.isWhyOpen}
              aria-controls={whyId}
              onClick={props.onToggleWhy}
              className="min-h-6 rounded text-accent text-xs hover:underline"
            >
              Why this{props.isWhyOpen ? ' ▴' : ' ▾'}
              <span className="sr-only"> case: {hit.case.label}</span>
            </button>
            <div id={whyId} hidden={!props.isWhyOpen}>
              <WhyThis caseId={hit.case.id} parts={hit.why} />
            </div>
          </div>
        )}
      </div>
    </li>
  );
}

/** A case without images: its report takes the picture's place, so that the cards of a row still line up. */
function ReportTile({ hit, matched }: { hit: Hit; matched: Explanation | undefined }) {
  return (
    <div
      data-testid="report-tile"
      className="flex flex-col sm:aspect-[4/3] gap-2 overflow-hidden border-line border-b bg-raised p-3"
    >
      <p className="text-2xs text-ink-soft uppercase tracking-wide">Report only</p>
      {matched !== undefined && <MatchedSentence part={matched} isLarge />}
      {matched === undefined && <FindingsOf hit={hit} />}
    </div>
  );
}

/** What the report affirms or leaves open; a list of everything it excludes would bury that. */
function FindingsOf({ hit }: { hit: Hit }) {
  const shown = hit.findings.filter((mention) => mention.polarity !== 'ABSENT').slice(0, 4);
  if (shown.length === 0) return <p className="text-ink-soft text-xs">Report names no finding as present</p>;
  return (
    <ul className="flex flex-wrap gap-1" aria-label="Findings">
      {shown.map((mention) => (
        <li key={mention.finding.code}>
          <MentionChip mention={mention} />
        </li>
      ))}
    </ul>
  );
}
