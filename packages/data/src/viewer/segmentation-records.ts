// Segmentations as they leave this room.
import type { Sha256 } from '@tomograph/kernel';

export interface SegmentationStructure {
  /** Its value in the label map. */
  readonly value: number;
  readonly name: string;
  readonly snomed: { readonly code: string; readonly display: string } | null;
  /** `#rrggbb`, the same for a structure everywhere. */
  readonly colour: string;
  /** `models:/name/version` */
  readonly task: string;
  readonly voxels: number;
  readonly volumeMl: number;
}

export interface SegmentationTask {
  readonly task: string;
  readonly manifest: Sha256;
  readonly outcome: 'DONE' | 'SKIPPED';
  readonly slices: readonly [number, number] | null;
}

export interface SegmentationConflicts {
  readonly voxels: number;
  readonly foreground: number;
  readonly pairs: readonly { readonly organs: readonly [string, string]; readonly voxels: number }[];
}

export interface SegmentationRecord {
  readonly id: string;
  readonly studyId: string;
  readonly seriesId: string;
  /** Manifest of the base. */
  readonly base: Sha256;
  readonly tasks: readonly SegmentationTask[];
  readonly structures: readonly SegmentationStructure[];
  readonly conflicts: SegmentationConflicts;
  readonly labelsBlob: Sha256;
  readonly dicomBlob: Sha256 | null;
  readonly geometryDigest: Sha256;
  readonly runtime: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}
