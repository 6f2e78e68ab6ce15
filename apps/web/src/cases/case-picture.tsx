// A case's picture and its one line of facts, as every list of cases shows them.
import { ageBandText } from '../format/quantities';
import { bodyPartWords, modalityWords, sexWords } from '../format/words';
import { viaThisServer } from '../graphql/blob-address';
import type { CaseCardFragment } from '../graphql/generated/types';

export function CasePicture({ url }: { url: string | null }) {
  if (url === null) {
    return (
      <div className="grid aspect-[4/3] place-items-center border-line border-b bg-raised text-ink-soft text-xs">
        Report only
      </div>
    );
  }
  // The label stands beside the picture as text, so the picture itself says nothing new.
  return (
    // biome-ignore lint/performance/noImgElement: made in its size by the ingest, nothing to optimise
    <img
      src={viaThisServer(url)}
      alt=""
      loading="lazy"
      decoding="async"
      className="aspect-[4/3] w-full bg-black object-contain"
    />
  );
}

/** What is not known is left out here; the case page says it. */
export function CaseFacts({ facts }: { facts: CaseCardFragment }) {
  const parts = [
    facts.modalities.map((modality) => modalityWords[modality]).join(' + '),
    facts.bodyPart === 'UNKNOWN' ? '' : bodyPartWords[facts.bodyPart],
    facts.sex === 'UNKNOWN' ? '' : sexWords[facts.sex],
    facts.ageBand === null ? '' : ageBandText(facts.ageBand),
  ].filter((part) => part !== '');
  if (parts.length === 0) return <p className="text-ink-soft text-xs">Nothing known but its report</p>;
  return <p className="text-ink-soft text-xs">{parts.join(' · ')}</p>;
}
