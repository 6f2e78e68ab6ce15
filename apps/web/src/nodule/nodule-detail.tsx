// One assessment in full: probability with its interval, size, what lowers confidence, what it rests on, files. Or why there
// is none.
import Link from 'next/link';
import { percentText } from '../format/quantities';
import { viaThisServer } from '../graphql/blob-address';
import { IntervalBar } from './interval-bar';
import {
  attributeText,
  chanceText,
  type NoduleAssessment,
  type NoduleFinding,
  noduleCaution,
  placeText,
  refusalWords,
  targetPlace,
  warningTitle,
} from './nodule-words';
import { StoredNodule } from './stored-nodule';
import { centreOf } from './use-nodules';

interface Props {
  readonly assessment: NoduleAssessment;
  readonly onGoTo: () => void;
}

export function NoduleDetail({ assessment, onGoTo }: Props) {
  const { finding, refusal } = assessment;
  return (
    <div className="mt-2 flex flex-col gap-2" data-testid="nodule-detail">
      <p className="flex items-baseline justify-between gap-2 text-ink-soft text-xs">
        <span className="tabular-nums">
          at {placeText(finding === null ? targetPlace(assessment) : centreOf(assessment))} mm (LPS)
        </span>
        <button type="button" onClick={onGoTo} className="min-h-6 text-accent underline">
          Show it
        </button>
      </p>
      {refusal !== null && (
        <div
          role="alert"
          data-testid="nodule-refusal"
          data-reason={refusal.reason}
          className="rounded bg-present-wash px-2 py-1.5 text-sm"
        >
          <strong className="font-semibold text-present">{refusalWords[refusal.reason].title}.</strong>{' '}
          {refusalWords[refusal.reason].todo}
          <p className="mt-0.5 text-ink-soft text-xs">{refusal.message}. No number is given.</p>
        </div>
      )}
      {finding !== null && <Finding finding={finding} />}
      <Origin assessment={assessment} />
    </div>
  );
}

function Finding({ finding }: { finding: NoduleFinding }) {
  const { probability, interval } = finding;
  return (
    <>
      <div>
        <p className="text-sm">
          Radiologists would rate it malignant with{' '}
          <strong className="font-semibold text-lg tabular-nums" data-testid="nodule-probability">
            {chanceText(probability)}
          </strong>
        </p>
        <IntervalBar probability={probability} interval={interval} />
        <p className="text-xs tabular-nums">
          {Math.round(100 * interval.level)} % interval {chanceText(interval.low)} to{' '}
          {chanceText(interval.high)}
        </p>
      </div>
      <Warnings warnings={finding.warnings} />
      <dl
        className="grid grid-cols-[max-content_1fr] gap-x-3 gap-y-0.5 text-xs tabular-nums"
        data-testid="nodule-size"
      >
        <Fact name="Axial">
          {finding.longestDiameterMm.toFixed(1)} × {finding.perpendicularDiameterMm.toFixed(1)} mm
        </Fact>
        <Fact name="By volume">
          {finding.ballDiameterMm.toFixed(1)} mm ({Math.round(finding.volumeMm3).toLocaleString('en')} mm³)
        </Fact>
        {finding.attributes.map((attribute) => (
          <Fact key={attribute.name} name={`${attribute.name[0]!.toUpperCase()}${attribute.name.slice(1)}`}>
            {attributeText(attribute)}
          </Fact>
        ))}
      </dl>
      <Evidence finding={finding} />
      <Files finding={finding} />
    </>
  );
}

function Warnings({ warnings }: Pick<NoduleFinding, 'warnings'>) {
  if (warnings.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1" aria-label="What lowers confidence">
      {warnings.map(({ code, message }) => (
        <li
          key={code}
          data-testid="nodule-warning"
          data-code={code}
          className="rounded bg-present-wash px-2 py-1 text-xs"
        >
          <strong className="font-semibold text-present">{warningTitle(code)}.</strong> {message}.
        </li>
      ))}
    </ul>
  );
}

function Evidence({ finding: { nearest, prototypes } }: { finding: NoduleFinding }) {
  const drove = prototypes.filter(({ example }) => example !== null).slice(0, 4);
  const attribution = nearest[0]?.nodule.attribution;
  return (
    <div className="text-xs">
      <h3 className="font-medium">Most alike, with known rating</h3>
      <ul className="mt-1 flex flex-wrap gap-2" data-testid="nodule-nearest">
        {nearest.map(({ nodule, distance }) => (
          <StoredNodule key={nodule.number} nodule={nodule} note={`distance ${distance.toFixed(2)}`} />
        ))}
      </ul>
      {drove.length > 0 && (
        <>
          <h3 className="mt-2 font-medium">Prototypes that drove it</h3>
          <ul className="mt-1 flex flex-wrap gap-2" data-testid="nodule-prototypes">
            {drove.map(({ member, index, weight, outcome, example }) => (
              <StoredNodule
                key={`${member} ${index}`}
                nodule={example!}
                note={`for a ${outcome === 'MALIGNANT' ? 'malignant' : 'benign'} prototype, weight ${percentText(weight)}`}
              />
            ))}
          </ul>
        </>
      )}
      {attribution !== undefined && <p className="mt-1 text-2xs text-ink-soft">Pictures: {attribution}</p>}
    </div>
  );
}

function Files({ finding: { maskUrl, segUrl, srUrl } }: { finding: NoduleFinding }) {
  const files = [
    { url: srUrl, name: 'DICOM SR', as: 'nodule-report.dcm', testId: 'nodule-sr' },
    { url: segUrl, name: 'DICOM SEG', as: 'nodule-segmentation.dcm', testId: 'nodule-seg' },
    { url: maskUrl, name: 'Mask (NIfTI)', as: 'nodule-mask.nii.gz', testId: 'nodule-mask' },
  ].filter((file): file is typeof file & { url: string } => file.url !== null);
  if (files.length === 0) return null;
  return (
    <p className="flex flex-wrap gap-x-3 gap-y-1 text-xs">
      {files.map(({ url, name, as, testId }) => (
        <a
          key={as}
          href={viaThisServer(url)}
          download={as}
          data-testid={testId}
          className="text-accent underline"
        >
          {name}
        </a>
      ))}
    </p>
  );
}

function Origin({ assessment: { manifest, model } }: { assessment: NoduleAssessment }) {
  const short = manifest.slice('sha256:'.length, 'sha256:'.length + 12);
  return (
    <p className="text-2xs text-ink-soft" title={manifest}>
      {model === null ? (
        `Model ${short}`
      ) : (
        <Link href={`/models/${model.uri.split('/')[1]}`} className="text-accent underline">
          {model.uri}
        </Link>
      )}{' '}
      <code className="font-mono">{short}</code> · {noduleCaution}
    </p>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-ink-soft">{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
