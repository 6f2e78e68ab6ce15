// The volume every room speaks of: voxels, a grid, and where the grid lies in the patient (LPS, mm).
// Plain data: nothing here reads files or knows DICOM.

/** 3x4 row-major: [m00 m01 m02 tx, m10 m11 m12 ty, m20 m21 m22 tz]; index (i, j, k) -> LPS mm. */
export type Affine = readonly number[];
export type Vec3 = readonly [number, number, number];

export interface Grid {
  /** Extents (nx, ny, nz) of the index axes (i, j, k). */
  readonly size: Vec3;
  /** index -> LPS mm, at voxel centres. */
  readonly affine: Affine;
}

/** CT in Hounsfield units (or another modality's stored values). Voxel (i, j, k) is at i + nx*(j + ny*k). */
export interface Volume extends Grid {
  readonly voxels: Int16Array;
}

/** 0 = background. Same layout as a volume. */
export interface LabelVolume extends Grid {
  readonly voxels: Uint16Array;
}

/** A 2-D float image, row-major, row 0 at the top (cranial in AP and lateral projections). */
export interface Image2d {
  readonly width: number;
  readonly height: number;
  readonly pixels: Float32Array;
  /** (column, row) distance in mm; undefined for an image without calibration. */
  readonly spacingMm?: readonly [number, number];
}
