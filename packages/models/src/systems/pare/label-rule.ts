// Which nodule counts as benign or malignant, published in docs/reference/pare.md. Radiologists' opinion, not histology.

export interface NoduleRating {
  /** Class of the set by the vote of its readers. */
  readonly diagnosis: 'BENIGN' | 'MALIGNANT';
  /** The most frequent malignancy rating, 1 highly unlikely … 5 highly suspicious. */
  readonly malignancy: number;
}

export type NoduleClass = 'BENIGN' | 'MALIGNANT' | 'INDETERMINATE' | 'CONTRADICTORY';

/**
 * 1, 2 with class benign: benign. 4, 5 with class malignant: malignant. 3: indeterminate, whatever the class says.
 * A rating on the other side of 3 than its class: contradictory. The last two are not scored and do not move
 * prototypes; they train with `softTarget`.
 */
export function classOf({ diagnosis, malignancy }: NoduleRating): NoduleClass {
  if (malignancy === 3) return 'INDETERMINATE';
  const rated = malignancy > 3 ? 'MALIGNANT' : 'BENIGN';
  return rated === diagnosis ? rated : 'CONTRADICTORY';
}

/** What the network is trained towards, 0…1: half the class, half the rating. */
export const softTarget = ({ diagnosis, malignancy }: NoduleRating): number =>
  (diagnosis === 'MALIGNANT' ? 0.5 : 0) + (0.5 * (malignancy - 1)) / 4;
