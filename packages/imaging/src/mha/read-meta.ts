// MetaImage files (.mha, .mhd + data) -> a stored grid. Physical space is LPS, as ITK reads it.
// Source: itk.org/Wiki/ITK/MetaIO/Documentation.
import type { ReadingNote } from '@tomograph/kernel';
import { inflateCapped } from '../read/inflate.js';
import { checkedCount, type ReadLimits } from '../read/limits.js';
import { corrupt, refuse, unsupported } from '../read/refuse.js';
import { bytesPerSample, type SampleType, samplesFrom } from '../read/samples.js';
import type { StoredGrid } from '../read/stored-grid.js';
import type { Affine, Vec3 } from '../volume.js';

const maxHeaderBytes = 1 << 16;
const types: Readonly<Record<string, SampleType>> = {
  MET_CHAR: 'int8',
  MET_UCHAR: 'uint8',
  MET_SHORT: 'int16',
  MET_USHORT: 'uint16',
  MET_INT: 'int32',
  MET_UINT: 'uint32',
  MET_LONG: 'int32',
  MET_ULONG: 'uint32',
  MET_LONG_LONG: 'int64',
  MET_ULONG_LONG: 'uint64',
  MET_FLOAT: 'float32',
  MET_DOUBLE: 'float64',
};

/**
 * @param beside gives the bytes of a data file in the same folder
 * @returns samples in file order (i fastest), affine LPS mm
 * @throws AppError FORMAT_CORRUPT, FORMAT_UNSUPPORTED, GEOMETRY_UNSUPPORTED, LIMIT_EXCEEDED, NOT_FOUND
 */
export async function readMeta(
  bytes: Uint8Array,
  limits: ReadLimits,
  beside: (name: string) => Promise<Uint8Array | undefined>,
): Promise<StoredGrid> {
  const { fields, dataAt } = parseHeader(bytes);
  const size = spatialSize(fields, limits);
  const type = types[fields.get('ElementType') ?? ''];
  if (!type) return unsupported('MetaImage of an element type that is not read');
  if (Number(fields.get('ElementNumberOfChannels') ?? 1) !== 1) {
    return unsupported('MetaImage with several channels is not read: one value per voxel is');
  }
  const count = size[0] * size[1] * size[2];
  const needed = count * bytesPerSample(type);
  const data = await dataBytes(bytes, dataAt, fields, beside);
  const samples = await unpack(data, fields, needed, limits);
  const isBig = /^true$/i.test(
    fields.get('BinaryDataByteOrderMSB') ?? fields.get('ElementByteOrderMSB') ?? 'False',
  );
  const notes: ReadingNote[] = [];
  return {
    size,
    affine: lpsAffine(fields, notes),
    samples: samplesFrom(samples, type, count, !isBig),
    slope: 1,
    intercept: 0,
    notes,
  };
}

/** Lines "Key = value" up to ElementDataFile, which ends the header. */
function parseHeader(bytes: Uint8Array): { fields: Map<string, string>; dataAt: number } {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, maxHeaderBytes));
  const fields = new Map<string, string>();
  let at = 0;
  while (at < head.length) {
    const newline = head.indexOf('\n', at);
    const end = newline < 0 ? head.length : newline;
    const line = head.slice(at, end);
    at = end + 1;
    const match = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match) continue;
    fields.set(match[1]!, match[2]!);
    if (match[1] === 'ElementDataFile') return { fields, dataAt: Math.min(at, bytes.length) };
  }
  return corrupt('the MetaImage header names no data (ElementDataFile)');
}

function spatialSize(fields: Map<string, string>, limits: ReadLimits): Vec3 {
  const sizes = numbers(fields.get('DimSize'));
  const dimensions = Number(fields.get('NDims'));
  if (!(dimensions >= 1 && dimensions <= 10) || sizes.length !== dimensions) {
    corrupt('the MetaImage sizes do not match its number of dimensions');
  }
  checkedCount(sizes, limits.maxVoxels, 'MetaImage');
  if (sizes.slice(3).some((extent) => extent > 1)) {
    unsupported(`MetaImage of ${dimensions} dimensions (several volumes) is not read: split it`);
  }
  if (dimensions < 2) unsupported('MetaImage with fewer than two dimensions is no image');
  return [sizes[0]!, sizes[1]!, sizes[2] ?? 1];
}

async function dataBytes(
  bytes: Uint8Array,
  dataAt: number,
  fields: Map<string, string>,
  beside: (name: string) => Promise<Uint8Array | undefined>,
): Promise<Uint8Array> {
  const file = fields.get('ElementDataFile')!;
  if (/^local$/i.test(file)) return bytes.subarray(dataAt);
  if (/^LIST|%/.test(file)) return unsupported('MetaImage spread over several data files is not read');
  return (
    (await beside(file.replace(/^\.\//, ''))) ??
    refuse(
      'NOT_FOUND',
      'the data file of a MetaImage header is not beside it: send both, names without folders',
    )
  );
}

async function unpack(
  data: Uint8Array,
  fields: Map<string, string>,
  needed: number,
  limits: ReadLimits,
): Promise<Uint8Array> {
  if (/^false$/i.test(fields.get('BinaryData') ?? 'True'))
    return unsupported('MetaImage data written as text is not read');
  const skip = Number(fields.get('HeaderSize') ?? 0);
  if (!Number.isSafeInteger(skip) || skip < -1) return corrupt('the MetaImage header size is no number');
  if (!/^true$/i.test(fields.get('CompressedData') ?? 'False')) {
    return skip === -1 ? data.subarray(Math.max(0, data.length - needed)) : data.subarray(skip);
  }
  if (needed > data.length * 1040) return corrupt('the packed MetaImage data is too short for its sizes');
  const isGzip = data[0] === 0x1f && data[1] === 0x8b;
  return inflateCapped(data, {
    packing: isGzip ? 'gzip' : 'zlib',
    wantBytes: needed,
    limits,
    what: 'MetaImage',
  });
}

function lpsAffine(fields: Map<string, string>, notes: ReadingNote[]): Affine {
  const dimensions = Number(fields.get('NDims'));
  const matrix = numbers(
    fields.get('TransformMatrix') ?? fields.get('Rotation') ?? fields.get('Orientation'),
  );
  const origin = numbers(fields.get('Offset') ?? fields.get('Origin') ?? fields.get('Position'));
  const spacing = numbers(fields.get('ElementSpacing') ?? fields.get('ElementSize'));
  if (spacing.length === 0 || matrix.length === 0) {
    notes.push({
      code: 'ORIENTATION_ASSUMED',
      message:
        'the MetaImage header gives no full geometry: missing distances are 1 mm, axes left, posterior, superior',
    });
  }
  return [0, 1, 2].flatMap((row) => [
    ...[0, 1, 2].map((axis) => {
      const isInFile = axis < dimensions && row < dimensions && matrix.length > 0;
      // Each consecutive group of NDims numbers is the direction of one index axis.
      const cosine = isInFile ? (matrix[axis * dimensions + row] ?? Number.NaN) : row === axis ? 1 : 0;
      return cosine * (spacing[axis] ?? 1);
    }),
    origin[row] ?? 0,
  ]);
}

function numbers(text: string | undefined): number[] {
  return (text ?? '').split(/\s+/).filter(Boolean).map(Number);
}
