// NIfTI files -> a stored grid: .nii, .nii.gz and pairs (.hdr + .img, each maybe gzipped). Header first; only the
// bytes that the header accounts for are ever unpacked.
import { inflateCapped } from '../read/inflate.js';
import type { ReadLimits } from '../read/limits.js';
import { corrupt, refuse } from '../read/refuse.js';
import { bytesPerSample, samplesFrom } from '../read/samples.js';
import type { StoredGrid } from '../read/stored-grid.js';
import { niftiHeaderBytes, readNiftiHeader } from './nifti-header.js';

/**
 * @param bytes the .nii, .nii.gz or .hdr file
 * @param pairData gives the bytes of the .img beside a .hdr; undefined when there is none
 * @returns samples in file order (i fastest), affine LPS mm
 * @throws AppError FORMAT_CORRUPT, FORMAT_UNSUPPORTED, LIMIT_EXCEEDED, NOT_FOUND (a pair without its .img)
 */
export async function readNifti(
  bytes: Uint8Array,
  limits: ReadLimits,
  pairData?: () => Promise<Uint8Array | undefined>,
): Promise<StoredGrid> {
  const header = readNiftiHeader(await leading(bytes, niftiHeaderBytes, limits), limits);
  const count = header.size[0] * header.size[1] * header.size[2];
  const needed = header.dataOffset + count * bytesPerSample(header.type);
  let data = bytes;
  if (!header.isSingleFile) {
    data =
      (await pairData?.()) ??
      refuse('NOT_FOUND', 'a NIfTI header (.hdr) without its voxels: send the .img file with it');
  }
  const unpacked = await leading(data, needed, limits);
  if (unpacked.length < needed) {
    corrupt(`NIfTI voxels end at byte ${unpacked.length}, the header promises ${needed}`, {
      needed,
      got: unpacked.length,
    });
  }
  return {
    size: header.size,
    affine: header.affine,
    samples: samplesFrom(unpacked.subarray(header.dataOffset), header.type, count, header.littleEndian),
    slope: header.slope,
    intercept: header.intercept,
    isLabelMap: header.isLabelMap,
    notes: header.notes,
  };
}

/** The first `count` bytes of a file that may be gzipped. A promise no gzip stream can keep is refused unread. */
async function leading(bytes: Uint8Array, count: number, limits: ReadLimits): Promise<Uint8Array> {
  if (!(bytes[0] === 0x1f && bytes[1] === 0x8b)) return bytes.subarray(0, count);
  // Deflate cannot do better than 1032 : 1 (zlib's technical notes), so a larger promise is a lie.
  if (count > niftiHeaderBytes && count > bytes.length * 1040) {
    corrupt(`NIfTI voxels end at byte ${count}, more than ${bytes.length} packed bytes can hold`);
  }
  return inflateCapped(bytes, { packing: 'gzip', wantBytes: count, limits, what: 'NIfTI' });
}
