// Nodules in words: probabilities, sizes, places, refusals and warnings as a reader says them. Pure.
import type { Data } from '../graphql/client';

export type NoduleAssessment = Extract<
  NonNullable<Data<'Nodules'>['node']>,
  { noduleAssessments: unknown }
>['noduleAssessments'][number];
export type NoduleFinding = NonNullable<NoduleAssessment['finding']>;
export type NoduleRefusal = NonNullable<NoduleAssessment['refusal']>;
export interface Lps {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export const noduleCaution = "radiologists' ratings, not histology; research use only";

/** `−57.4, 131.2, −520.4` */
export function placeText({ x, y, z }: Lps): string {
  return [x, y, z]
    .map((value) =>
      value
        .toFixed(1)
        .replace('-', '−')
        .replace(/^−0\.0$/, '0.0'),
    )
    .join(', ');
}

/** The middle of a box, or the point. */
export function targetPlace({ target }: Pick<NoduleAssessment, 'target'>): Lps {
  const { point, low, high } = target;
  if (point !== null) return point;
  if (low === null || high === null) return { x: 0, y: 0, z: 0 };
  return { x: (low.x + high.x) / 2, y: (low.y + high.y) / 2, z: (low.z + high.z) / 2 };
}

/** Whole per cent, but never a certainty: `> 99 %`, `< 1 %`. */
export function chanceText(probability: number): string {
  if (probability > 0.995) return '> 99 %';
  if (probability < 0.005) return '< 1 %';
  return `${Math.round(100 * probability)} %`;
}

/** One line for a list: `62 % (41 to 78 %) · 15.5 mm`, or why there is no answer. */
export function assessmentLine({ finding, refusal }: NoduleAssessment): string {
  if (finding === null) return refusal === null ? 'no answer' : refusalWords[refusal.reason].title;
  const { probability, interval, ballDiameterMm } = finding;
  return `${chanceText(probability)} (${chanceText(interval.low)} to ${chanceText(interval.high)}) · ${ballDiameterMm.toFixed(1)} mm`;
}

export const refusalWords: Readonly<
  Record<NoduleRefusal['reason'], { readonly title: string; readonly todo: string }>
> = {
  OUTSIDE_SCAN: { title: 'Outside the scan', todo: 'Click inside the picture, on the nodule.' },
  PADDING: {
    title: 'Nothing was recorded here',
    todo: 'The scanner padded this place: click inside the field of view.',
  },
  OUTSIDE_LUNG: { title: 'Outside the lung', todo: 'The model knows nodules in lung alone: click on one.' },
  NO_NODULE_AT_POINT: {
    title: 'No nodule at this place',
    todo: 'Click on the middle of the nodule, within 5 mm.',
  },
  SLICES_TOO_FAR_APART: {
    title: 'Slices too far apart',
    todo: 'Nodules are not seen reliably in this series: use a thinner reconstruction.',
  },
  OTHER: { title: 'Not assessed', todo: 'The reason is below.' },
};

const warningTitles: Readonly<Record<string, string>> = {
  THICK_SLICES: 'Thick slices: lower confidence, the interval is widened',
  THICKER_THAN_TRAINED: 'Slices thicker than in the training: lower confidence',
  PADDING_NEAR: 'Part of the surroundings was not recorded: lower confidence',
  SLICES_MISSING: 'Slices are missing or repeated here: lower confidence',
  AT_SCAN_EDGE: 'At the edge of the scan: lower confidence',
  SIZE_UNLIKE_TRAINING: 'Smaller or larger than the nodules of the training',
  NETWORKS_DISAGREE: 'Wide interval: the answer is not sure',
  FOUND_BY_SOME: 'Not every network found a nodule here',
};

/** A code that this page does not know is shown by its message alone. */
export function warningTitle(code: string): string {
  return warningTitles[code] ?? 'Lower confidence';
}

export function outcomeText(outcome: 'BENIGN' | 'MALIGNANT'): string {
  return outcome === 'MALIGNANT' ? 'rated malignant' : 'rated benign';
}

/** `4.2 of 5`, or a chance for calcification. */
export function attributeText({ value, least, most }: NoduleFinding['attributes'][number]): string {
  return least === 0 && most === 1 ? chanceText(value) : `${value.toFixed(1)} of ${most}`;
}
