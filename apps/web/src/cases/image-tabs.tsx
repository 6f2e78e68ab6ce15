// The images of a case, one button each. One image alone needs no choice and gets a line of facts.
import { sizeText, spacingText } from '../format/quantities';
import { modalityWords, viewWords } from '../format/words';
import { viaThisServer } from '../graphql/blob-address';
import type { CaseAnswer } from './case-types';

interface Props {
  readonly found: CaseAnswer;
  readonly shownId: string | undefined;
  readonly onShow: (id: string) => void;
}

export function ImageTabs({ found, shownId, onShow }: Props) {
  const images = [
    ...found.series.map((series) => ({
      id: series.id,
      name: modalityWords[series.modality],
      facts: `${sizeText(series.size)} · ${spacingText(series.spacingMm)}`,
      picture: series.thumbnails.axial,
    })),
    ...found.xrays.map((xray) => ({
      id: xray.id,
      name: `X-ray ${viewWords[xray.view]}`,
      facts: `${xray.width} × ${xray.height}`,
      picture: xray.thumbnailUrl,
    })),
  ];
  return (
    <ul aria-label="Images of this case" className="flex gap-1 overflow-x-auto border-line border-b p-1.5">
      {images.map((image) => (
        <li key={image.id} className="shrink-0">
          <button
            type="button"
            data-testid="image-tab"
            data-image-id={image.id}
            aria-pressed={image.id === shownId}
            onClick={() => onShow(image.id)}
            className="flex items-center gap-2 rounded border border-transparent p-1 pr-2.5 text-left text-xs hover:bg-raised aria-pressed:border-accent aria-pressed:bg-accent-wash"
          >
            {/* biome-ignore lint/performance/noImgElement: prepared by the ingest */}
            <img
              src={viaThisServer(image.picture)}
              alt=""
              className="size-8 rounded-sm bg-black object-cover"
            />
            <span>
              <span className="block font-medium">{image.name}</span>
              <span className="block text-2xs text-ink-soft tabular-nums">{image.facts}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
