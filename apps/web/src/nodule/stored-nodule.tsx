// A stored nodule as a small picture with its outcome: what the model compares with.
import { viaThisServer } from '../graphql/blob-address';
import { type NoduleFinding, outcomeText } from './nodule-words';

type Stored = NoduleFinding['nearest'][number]['nodule'];

export function StoredNodule({ nodule, note }: { nodule: Stored; note: string }) {
  const { number, outcome, diameterMm, pictureUrl } = nodule;
  const name = `Stored nodule ${number}, ${outcomeText(outcome)}`;
  const picture =
    pictureUrl === null ? (
      <span className="grid size-16 place-items-center rounded bg-raised text-2xs text-ink-soft">
        no picture
      </span>
    ) : (
      <a
        href={viaThisServer(pictureUrl)}
        target="_blank"
        rel="noreferrer"
        aria-label={`${name}: its picture`}
      >
        {/* biome-ignore lint/performance/noImgElement: 32 × 32 pixels, made once */}
        <img
          src={viaThisServer(pictureUrl)}
          alt=""
          width={64}
          height={64}
          className={`size-16 rounded border-2 bg-black [image-rendering:pixelated] ${
            outcome === 'MALIGNANT' ? 'border-danger' : 'border-control-line'
          }`}
        />
      </a>
    );
  return (
    <li className="flex w-20 flex-col text-2xs" data-testid="stored-nodule" data-outcome={outcome}>
      {picture}
      <span className="mt-0.5 font-medium">{outcomeText(outcome)}</span>
      <span className="text-ink-soft tabular-nums">
        #{number}
        {diameterMm === null ? '' : ` · ${diameterMm.toFixed(1)} mm`}
      </span>
      <span className="text-ink-soft tabular-nums">{note}</span>
    </li>
  );
}
