// Who the case is: a pseudonym and bands, never a name.
import Link from 'next/link';
import { ageBandText } from '../format/quantities';
import { bodyPartWords, modalityWords, sexWords } from '../format/words';
import { useMay } from '../graphql/use-role';
import type { CaseAnswer } from './case-types';
import { EraseCase } from './erase-case';

export function CaseHeader({ found }: { found: CaseAnswer }) {
  const mayErase = useMay('ADMIN');
  const facts = [
    found.modalities.map((modality) => modalityWords[modality]).join(' + '),
    bodyPartWords[found.bodyPart],
    sexWords[found.sex],
    ageBandText(found.ageBand),
    found.shiftedDay === null ? 'Date unknown' : `${found.shiftedDay} (shifted)`,
  ];
  return (
    <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
      <h1 data-testid="case-label" className="font-mono font-semibold text-lg">
        {found.label}
      </h1>
      <p className="text-ink-soft text-sm">{facts.filter((fact) => fact !== '').join(' · ')}</p>
      <p className="text-2xs text-ink-soft">
        patient <span className="font-mono">{found.patientKey}</span>
        {found.isDemo && ' · demo data'}
      </p>
      <div className="ml-auto flex flex-wrap gap-2">
        <Link
          href={`/?like=${encodeURIComponent(found.id)}`}
          data-testid="search-like"
          className="rounded border border-control-line px-2.5 py-1 text-sm hover:bg-raised"
        >
          Search like this
        </Link>
        {mayErase && <EraseCase id={found.id} label={found.label} />}
      </div>
    </div>
  );
}
