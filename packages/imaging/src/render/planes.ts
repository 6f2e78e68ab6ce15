// The three mid-slices and the maximum projection of a volume, as the radiologist expects to see them.
// Oblique volumes are shown along their own closest axes, without resampling.

import { spacingMm } from '../geometry/affine.js';
import { assertVolume } from '../geometry/grid.js';
import { type AxisView, axisView, type Voxels } from '../geometry/reorient.js';

export type Plane = 'axial' | 'coronal' | 'sagittal';

/** Values of one plane, row-major, with (column, row) spacing: pixels need not be square. */
export interface PlaneImage {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
  readonly spacingMm: readonly [number, number];
}

/**
 * One slice in radiological orientation. Axial: row 0 anterior, column 0 the patient's right. Coronal: row 0
 * cranial, column 0 the patient's right. Sagittal: row 0 cranial, column 0 anterior.
 * @param fraction position through the stack, 0 = right / anterior / caudal end, 1 = the other
 */
export function extractPlane(volume: Voxels, plane: Plane, fraction = 0.5): PlaneImage {
  const { view, across, down, through } = layout(volume, plane);
  const depth = view.size[through]!;
  const index = Math.min(depth - 1, Math.max(0, Math.floor(fraction * depth)));
  return collect(
    volume,
    view,
    across,
    down,
    (offset) => volume.voxels[offset + index * view.strides[through]!]!,
  );
}

/** Maximum intensity projection along the plane's normal (coronal: from front to back). */
export function maximumProjection(volume: Voxels, plane: Plane = 'coronal'): PlaneImage {
  const { view, across, down, through } = layout(volume, plane);
  const [depth, step] = [view.size[through]!, view.strides[through]!];
  return collect(volume, view, across, down, (offset) => {
    let best = Number.NEGATIVE_INFINITY;
    for (let d = 0, at = offset; d < depth; d++, at += step) {
      const value = volume.voxels[at]!;
      if (value > best) best = value;
    }
    return best;
  });
}

type Axis = 0 | 1 | 2;

// Axis orders (across, down, through) that put the wanted letters at column 0 and row 0.
function layout(volume: Voxels, plane: Plane): { view: AxisView; across: Axis; down: Axis; through: Axis } {
  assertVolume(volume);
  const code = { axial: 'LPS', coronal: 'LPI', sagittal: 'LPI' }[plane];
  const axes = ({ axial: [0, 1, 2], coronal: [0, 2, 1], sagittal: [1, 2, 0] } as const)[plane];
  return { view: axisView(volume, code), across: axes[0], down: axes[1], through: axes[2] };
}

function collect(
  _volume: Voxels,
  view: AxisView,
  across: Axis,
  down: Axis,
  valueAt: (offset: number) => number,
): PlaneImage {
  const [width, height] = [view.size[across], view.size[down]];
  const values = new Float32Array(width * height);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      values[at] = valueAt(view.offset + row * view.strides[down] + column * view.strides[across]);
    }
  }
  const spacing = spacingMm(view.affine);
  return { width, height, values, spacingMm: [spacing[across], spacing[down]] };
}
