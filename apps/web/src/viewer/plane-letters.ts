// The patient letters at the four edges of a plane in the radiological convention: the patient's right on the left.

export const planes = ['axial', 'coronal', 'sagittal'] as const;
export type Plane = (typeof planes)[number];

export interface EdgeLetters {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
}

/** H and F (head, feet) as DICOM viewers write them. Sagittal planes look at the nose on the left. */
export const planeLetters: Record<Plane, EdgeLetters> = {
  axial: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
  coronal: { left: 'R', right: 'L', top: 'H', bottom: 'F' },
  sagittal: { left: 'A', right: 'P', top: 'H', bottom: 'F' },
};

/** The axis along which a plane is stacked, in RAS order (0 left-right, 1 posterior-anterior, 2 feet-head). */
export const planeAxis: Record<Plane, 0 | 1 | 2> = { axial: 2, coronal: 1, sagittal: 0 };

export const planeNames: Record<Plane, string> = { axial: 'Axial', coronal: 'Coronal', sagittal: 'Sagittal' };
