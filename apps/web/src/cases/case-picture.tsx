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

export function CaseFacts({ facts }: { facts: CaseCardFragment }) {
  const parts = [
    facts.modalities.map((modality) => modalityWords[modality]).join(' + '),
    bodyPartWords[facts.bodyPart],
    `${sexWords[facts.sex]}, ${ageBandText(facts.ageBand)}`,
  ];
  return <p className="text-ink-soft text-xs">{parts.filter((part) => part !== '').join(' · ')}</p>;
}
