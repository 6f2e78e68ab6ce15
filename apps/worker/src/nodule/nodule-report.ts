// What was said of nodules as groups of a measurement report (DICOM SR, TID 1500). Codes: docs/reference/nodule-sr.md.
import { type Measured, type MeasurementGroup, own, sct, ucum } from '@tomograph/imaging';
import type { AssessedNodule } from '@tomograph/kernel';

export const noduleCodes = {
  finding: sct('27925004', 'Nodule'),
  site: sct('39607008', 'Lung'),
  longest: sct('103339001', 'Long Axis'),
  perpendicular: sct('103340004', 'Short Axis'),
  volume: sct('118565006', 'Volume'),
  ball: own('BALL-DIAMETER', 'Diameter of a ball of the same volume'),
  rated: own('RATED-MALIGNANT', 'Probability that radiologists rate it malignant'),
  low: own('INTERVAL-LOW-90', 'Lower end of the 90 % interval'),
  high: own('INTERVAL-HIGH-90', 'Upper end of the 90 % interval'),
} as const;

const mm = ucum('mm', 'millimeter');
const ratio = ucum('{0:1}', 'range 0 to 1');
const score = ucum('{1:5}', 'range 1 to 5');

export const researchOnly =
  'Research use only. The probability is of radiologists rating the nodule malignant; it is not histology and not a diagnosis.';

export interface ReportedNodule {
  /** `Nodule 1` */
  readonly name: string;
  readonly trackingUid: string;
  readonly answer: AssessedNodule;
  readonly segment?: MeasurementGroup['segment'] | undefined;
}

/** @param model URI or name, and digest of its manifest */
export function noduleGroup(
  { name, trackingUid, answer, segment }: ReportedNodule,
  model: { readonly name: string; readonly digest: string },
): MeasurementGroup {
  const [low, high] = answer.interval;
  return {
    trackingId: name,
    trackingUid,
    finding: noduleCodes.finding,
    site: noduleCodes.site,
    measured: [
      { name: noduleCodes.longest, value: answer.diameterMm, unit: mm },
      { name: noduleCodes.perpendicular, value: answer.perpendicularMm, unit: mm },
      { name: noduleCodes.volume, value: answer.volumeMm3, unit: ucum('mm3', 'cubic millimeter') },
      { name: noduleCodes.ball, value: answer.ballDiameterMm, unit: mm },
      {
        name: noduleCodes.rated,
        value: answer.probability,
        unit: ratio,
        properties: [
          { name: noduleCodes.low, value: low, unit: ratio },
          { name: noduleCodes.high, value: high, unit: ratio },
        ],
      },
      ...Object.entries(answer.attributes).map(attribute),
    ],
    comments: [researchOnly, ...answer.warnings.map(({ code, message }) => `${code}: ${message}`)],
    algorithm: { name: model.name, version: model.digest.slice(0, 19), parameters: model.digest },
    ...(segment === undefined ? {} : { segment }),
  };
}

/** Ratings as the LIDC readers give them, by name; calcification is a probability here. */
function attribute([name, value]: [string, number]): Measured {
  const isShare = name === 'calcification';
  return {
    name: own(
      name.toUpperCase().slice(0, 16),
      `${name[0]!.toUpperCase()}${name.slice(1)}${isShare ? ', probability' : ' rating'}`,
    ),
    value,
    unit: isShare ? ratio : score,
  };
}
