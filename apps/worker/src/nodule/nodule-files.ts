// Files of an assessed nodule: its mask cut out voxel on voxel with the scan (NIfTI), as a DICOM SEG, and the measurement
// report that refers to it. Bytes in, bytes out: where they go is the caller's.
import {
  asLabels,
  axisView,
  type Grid,
  type MaskOnGrid,
  maskOnGrid,
  packBits,
  type SegmentOfSeg,
  type SegOptions,
  type SegSource,
  segReference,
  uidFrom,
  writeDicomSeg,
  writeMeasurementReport,
  writeNiftiGz,
} from '@tomograph/imaging';
import { type AssessedNodule, type Sha256, sha256 } from '@tomograph/kernel';
import type { NoduleMask } from '@tomograph/models';
import { noduleGroup } from './nodule-report.js';

export interface FoundNodule {
  readonly name: string;
  readonly answer: AssessedNodule;
  readonly mask: NoduleMask;
}

export interface NoduleFiles {
  /** .nii.gz of the part of the grid that holds the mask; null where no voxel's centre lies inside it. */
  readonly mask: Uint8Array | null;
  readonly seg: Uint8Array | null;
  readonly sr: Uint8Array;
}

export interface NoduleFilesOptions {
  /** Grid of the scan. */
  readonly grid: Grid;
  readonly source: SegSource;
  readonly model: { readonly name: string; readonly digest: Sha256 };
  /** What UIDs are made of. */
  readonly content: Sha256;
}

const colour = [255, 196, 0] as const;
const abnormality = { code: '49755003', display: 'Morphologically Abnormal Structure' };

/** Of one nodule. */
export async function noduleFiles(nodule: FoundNodule, options: NoduleFilesOptions): Promise<NoduleFiles> {
  const drawn = maskOnGrid(nodule.mask, options.grid);
  const { seg, sr } = noduleDicom([nodule], options);
  return { mask: drawn === undefined ? null : await writeNiftiGz(asLabels(drawn)), seg, sr };
}

/** One SEG and one report of all nodules: the segment of a nodule is the one that its group names. */
export function noduleDicom(
  nodules: readonly FoundNodule[],
  { grid, source, model, content }: NoduleFilesOptions,
): { seg: Uint8Array | null; sr: Uint8Array } {
  const view = axisView(grid, 'LPS');
  const upright: Grid = { size: view.size, affine: view.affine };
  const drawn = nodules.map(({ mask }) => maskOnGrid(mask, upright));
  const segments = nodules.flatMap(({ name }, n): SegmentOfSeg[] =>
    drawn[n] === undefined
      ? []
      : [
          {
            label: name,
            snomed: { code: '27925004', display: 'Nodule' },
            category: abnormality,
            algorithm: `${model.name} ${model.digest.slice(0, 19)}`,
            colour,
            frames: framesOf(drawn[n], upright),
          },
        ],
  );
  const options: SegOptions = { grid: upright, segments, source, content };
  const reference = segments.length > 0 ? segReference(options) : undefined;
  let number = 0;
  const groups = nodules.map(({ name, answer }, n) =>
    noduleGroup(
      {
        name,
        answer,
        trackingUid: uidFrom('nodule', `${source.seriesUid} ${answer.centre.map(Math.round).join(' ')}`),
        segment: reference && drawn[n] && { ...reference, number: ++number },
      },
      model,
    ),
  );
  return {
    seg: segments.length > 0 ? writeDicomSeg(options) : null,
    sr: writeMeasurementReport({ source, groups, content: sha256(`sr ${content}`) }),
  };
}

function framesOf({ low, size, voxels }: MaskOnGrid, grid: Grid): SegmentOfSeg['frames'] {
  const [nx, ny, nz] = size;
  const [columns, rows] = grid.size;
  const frames: { k: number; bits: Uint8Array }[] = [];
  for (let k = 0; k < nz; k++) {
    const plane = new Uint8Array(columns * rows);
    for (let j = 0; j < ny; j++)
      plane.set(voxels.subarray((k * ny + j) * nx, (k * ny + j + 1) * nx), (low[1] + j) * columns + low[0]);
    const bits = packBits(plane, 1);
    if (bits !== undefined) frames.push({ k: low[2] + k, bits });
  }
  return frames;
}
