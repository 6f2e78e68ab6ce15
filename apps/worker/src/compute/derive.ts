// Everything that is made of an image once, at ingest: the stored file, thumbnails, vectors of every space.
import {
  type Described,
  describeVolume,
  describeXray,
  encodePng,
  type Image2d,
  projectionDescriptor,
  renderImageThumbnail,
  renderThumbnails,
  type Volume,
  writeNiftiGz,
} from '@tomograph/imaging';
import { AppError, type XrayView } from '@tomograph/kernel';
import { meaningOfVolume, meaningOfXray } from './meaning.js';
import type { DerivedVector, DerivedVolume, DerivedXray } from './tasks.js';

/** @param isHounsfield false for MR and PT: pictures by percentiles, and no CT descriptor */
export async function deriveVolume({
  volume,
  isHounsfield,
}: {
  volume: Volume;
  isHounsfield: boolean;
}): Promise<DerivedVolume> {
  return {
    nifti: await writeNiftiGz(volume),
    thumbnails: await renderThumbnails(volume, {
      format: 'webp',
      ...(isHounsfield ? {} : { window: 'auto' as const }),
    }),
    vectors: isHounsfield ? [...volumeVectors(volume), ...(await meaningOfVolume(volume))] : [],
  };
}

export async function deriveXray({ image, view }: { image: Image2d; view: XrayView }): Promise<DerivedXray> {
  return {
    png: await encodePng(image),
    thumbnail: await renderImageThumbnail(image, { format: 'webp' }),
    vectors: [...xrayVectors(image, view), ...(await meaningOfXray(image, view))],
  };
}

// One row per view, so that a film meets a CT's projection of its own view at full strength, as it meets other films.
export function volumeVectors(volume: Volume): DerivedVector[] {
  return whereDescribable(() => describeVolume(volume).map(vectorOf));
}

export function xrayVectors(image: Image2d, view: XrayView): DerivedVector[] {
  return whereDescribable(() => describeXray(image, view).map(vectorOf));
}

function vectorOf({ view, vector }: Described): DerivedVector {
  return { space: projectionDescriptor.digest, part: view, vector };
}

// A scout, a phantom of water or an empty field has no body to describe: it is stored and found by its report.
function whereDescribable(describe: () => DerivedVector[]): DerivedVector[] {
  try {
    return describe();
  } catch (error) {
    if (error instanceof AppError && ['INVALID_ARGUMENT', 'GEOMETRY_UNSUPPORTED'].includes(error.code))
      return [];
    throw error;
  }
}
