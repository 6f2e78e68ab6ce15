// The facts of a grid that go with its voxels to the database.
import type { BodyPart, Modality, ReadingNote, VolumeFacts } from '@tomograph/kernel';
import type { Grid } from '../volume.js';

export function volumeFacts(
  grid: Grid,
  modality: Modality,
  bodyPart: BodyPart,
  notes: readonly ReadingNote[],
): VolumeFacts {
  const spacing = [0, 1, 2].map((axis) =>
    Math.hypot(grid.affine[axis]!, grid.affine[axis + 4]!, grid.affine[axis + 8]!),
  ) as [number, number, number];
  return {
    size: [...grid.size],
    spacingMm: spacing,
    affine: [...grid.affine],
    modality,
    bodyPart,
    notes: [...notes],
  };
}
