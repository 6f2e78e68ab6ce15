// What an assessment says: a refusal with its reason, or a probability with everything that stands behind it.
import type { AttributeName } from './pare-config.js';
import type { Vec3 } from './patch.js';

export type RefusalReason =
  /** The point lies outside the voxels of the scan. */
  | 'OUTSIDE_SCAN'
  /** The scanner recorded nothing here: padding, or values that are not numbers. */
  | 'PADDING'
  /** No lung around the point, or only air outside the body. */
  | 'OUTSIDE_LUNG'
  /** Lung, but nothing like a nodule within 5 mm of the point. */
  | 'NO_NODULE_AT_POINT'
  /** Neighbouring slices are farther apart than a nodule is thick. */
  | 'SLICES_TOO_FAR_APART';

export type WarningCode =
  /** Slices of 5 mm and more: the interval is widened. */
  | 'THICK_SLICES'
  /** Thicker than any scan of the training (2.5 mm). */
  | 'THICKER_THAN_TRAINED'
  | 'PADDING_NEAR'
  /** Slices repeat their neighbour or are constant: data are missing. */
  | 'SLICES_MISSING'
  | 'AT_SCAN_EDGE'
  /** Outside 4–30 mm, the sizes of the training. */
  | 'SIZE_UNLIKE_TRAINING'
  /** The networks of the ensemble disagree. */
  | 'NETWORKS_DISAGREE'
  /** Some networks of the ensemble found no nodule here. */
  | 'FOUND_BY_SOME';

export interface AssessmentWarning {
  readonly code: WarningCode;
  readonly message: string;
}

export type NoduleOutcome = 'BENIGN' | 'MALIGNANT';

export interface NearestNodule {
  /** Number among the stored nodules of the bundle: says nothing about a patient. */
  readonly id: number;
  readonly outcome: NoduleOutcome;
  /** Euclidean distance of embeddings. */
  readonly distance: number;
  readonly diameterMm: number;
}

export interface RecalledPrototype {
  readonly member: number;
  readonly index: number;
  readonly outcome: NoduleOutcome;
  /** Share of the recall of its network, all prototypes of one network sum to 1. */
  readonly weight: number;
  /** The stored nodule that lies nearest to the prototype: what it looks like. */
  readonly example: number | undefined;
}

export interface NoduleMask {
  /** Extents (x, y, z). */
  readonly size: Vec3;
  /** index -> LPS mm, 3x4 row-major. */
  readonly affine: readonly number[];
  /** 1 inside; voxel (i, j, k) at i + nx·(j + ny·k). */
  readonly voxels: Uint8Array;
}

export type NoduleAssessment =
  | { readonly kind: 'REFUSED'; readonly reason: RefusalReason; readonly message: string }
  | {
      readonly kind: 'ASSESSED';
      /** Calibrated probability that radiologists would call it malignant (label rule: docs/reference/pare.md). */
      readonly probability: number;
      /** 90 %: disagreement of the networks and uncertainty of the calibration. */
      readonly interval: readonly [number, number];
      /** Longest and shortest axial diameter, mm; the diameter of a ball of the mask's volume. */
      readonly diameterMm: number;
      readonly shortDiameterMm: number;
      readonly ballDiameterMm: number;
      readonly volumeMm3: number;
      /** Middle of the mask, LPS mm. */
      readonly centre: Vec3;
      readonly mask: NoduleMask;
      /** On the readers' scales 1…5; calcification: probability that it is calcified, 0…1. */
      readonly attributes: Readonly<Record<AttributeName, number>>;
      readonly prototypes: readonly RecalledPrototype[];
      readonly nearest: readonly NearestNodule[];
      readonly warnings: readonly AssessmentWarning[];
      /** Concatenated embedding of the networks. */
      readonly embedding: Float32Array;
    };
