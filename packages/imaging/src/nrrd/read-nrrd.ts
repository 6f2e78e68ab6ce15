// NRRD files (raw or gzip, attached or detached) -> a stored grid.
// Source: teem.sourceforge.net/nrrd/format.html, versions 1 to 5.
import type { ReadingNote } from '@tomograph/kernel';
import { inflateCapped } from '../read/inflate.js';
import { checkedCount, type ReadLimits } from '../read/limits.js';
import { corrupt, refuse, unsupported } from '../read/refuse.js';
import { bytesPerSample, type SampleType, samplesFrom } from '../read/samples.js';
import type { StoredGrid } from '../read/stored-grid.js';
import type { Affine, Vec3 } from '../volume.js';

const maxHeaderBytes = 1 << 16;
const types: readonly (readonly [RegExp, SampleType])[] = [
  [/^(signed char|int8|int8_t)$/, 'int8'],
  [/^(uchar|unsigned char|uint8|uint8_t)$/, 'uint8'],
  [/^(short|short int|signed short|signed short int|int16|int16_t)$/, 'int16'],
  [/^(ushort|unsigned short|unsigned short int|uint16|uint16_t)$/, 'uint16'],
  [/^(int|signed int|int32|int32_t)$/, 'int32'],
  [/^(uint|unsigned int|uint32|uint32_t)$/, 'uint32'],
  [/^(longlong|long long|long long int|signed long long|signed long long int|int64|int64_t)$/, 'int64'],
  [/^(ulonglong|unsigned long long|unsigned long long int|uint64|uint64_t)$/, 'uint64'],
  [/^float$/, 'float32'],
  [/^double$/, 'float64'],
];

/**
 * @param beside gives the bytes of a data file in the same folder
 * @returns samples in file order (i fastest), affine LPS mm
 * @throws AppError FORMAT_CORRUPT, FORMAT_UNSUPPORTED, GEOMETRY_UNSUPPORTED, LIMIT_EXCEEDED, NOT_FOUND
 */
export async function readNrrd(
  bytes: Uint8Array,
  limits: ReadLimits,
  beside: (name: string) => Promise<Uint8Array | undefined>,
): Promise<StoredGrid> {
  const { fields, dataAt } = parseHeader(bytes);
  const need = (name: string) => fields.get(name) ?? corrupt(`the NRRD header has no ${name}`);
  const axes = spatialAxes(fields, numbers(need('sizes')), limits);
  const type = types.find(([pattern]) => pattern.test(need('type').toLowerCase()))?.[1];
  if (!type) return unsupported('NRRD of a sample type that is not read');
  const count = axes.size[0] * axes.size[1] * axes.size[2];
  const needed = count * bytesPerSample(type);
  const data = await dataBytes(bytes, dataAt, fields, beside);
  const samples = await unpack(data, fields, needed, limits);
  const littleEndian = (fields.get('endian') ?? 'little') === 'little';
  const notes: ReadingNote[] = [];
  return {
    size: axes.size,
    affine: lpsAffine(fields, axes.kept, notes),
    samples: samplesFrom(samples, type, count, littleEndian),
    slope: 1,
    intercept: 0,
    notes,
  };
}

function parseHeader(bytes: Uint8Array): { fields: Map<string, string>; dataAt: number } {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, maxHeaderBytes));
  const version = /^NRRD000(\d)/.exec(head)?.[1];
  if (version === undefined || Number(version) < 1 || Number(version) > 5) {
    return unsupported('a NRRD version that is not read: 1 to 5 are');
  }
  const blank = /\r?\n\r?\n/.exec(head);
  const isDetached = /^data ?file:/im.test(head);
  if (!blank && !isDetached) return corrupt('the NRRD header has no end');
  const end = blank ? blank.index : head.length;
  const fields = new Map<string, string>();
  for (const line of head.slice(0, end).split(/\r?\n/).slice(1)) {
    const match = /^([^#:][^:]*): ?(.*)$/.exec(line);
    if (match && !match[2]!.startsWith('=')) fields.set(match[1]!.toLowerCase().trim(), match[2]!.trim());
  }
  return { fields, dataAt: blank ? blank.index + blank[0].length : bytes.length };
}

interface SpatialAxes {
  readonly size: Vec3;
  /** File axes that are i, j, k. */
  readonly kept: readonly number[];
}

/** Axes of extent 1 beside three others (a single channel or time point) drop out; more is not a volume. */
function spatialAxes(fields: Map<string, string>, sizes: readonly number[], limits: ReadLimits): SpatialAxes {
  if (sizes.length !== Number(fields.get('dimension'))) corrupt('the NRRD sizes do not match its dimension');
  checkedCount(sizes, limits.maxVoxels, 'NRRD image');
  let kept = sizes.map((_, axis) => axis);
  for (let axis = kept.length - 1; axis >= 0 && kept.length > 3; axis--) {
    if (sizes[axis] === 1) kept = kept.filter((one) => one !== axis);
  }
  if (kept.length > 3)
    unsupported(`NRRD holds ${sizes.length} axes (several volumes or channels), three are read`);
  const [nx = 1, ny = 1, nz = 1] = kept.map((axis) => sizes[axis]!);
  if (kept.length < 2) unsupported('NRRD with fewer than two axes is no image');
  return { size: [nx, ny, nz], kept };
}

async function dataBytes(
  bytes: Uint8Array,
  dataAt: number,
  fields: Map<string, string>,
  beside: (name: string) => Promise<Uint8Array | undefined>,
): Promise<Uint8Array> {
  const file = fields.get('data file') ?? fields.get('datafile');
  if (file === undefined) return bytes.subarray(dataAt);
  if (/^LIST|%/.test(file)) return unsupported('NRRD spread over several data files is not read');
  return (
    (await beside(file.replace(/^\.\//, ''))) ??
    refuse('NOT_FOUND', 'the data file of a NRRD header is not beside it: send both, names without folders')
  );
}

async function unpack(
  data: Uint8Array,
  fields: Map<string, string>,
  needed: number,
  limits: ReadLimits,
): Promise<Uint8Array> {
  const encoding = (fields.get('encoding') ?? 'raw').toLowerCase();
  const lines = Number(fields.get('line skip') ?? fields.get('lineskip') ?? 0);
  const skip = Number(fields.get('byte skip') ?? fields.get('byteskip') ?? 0);
  if (lines !== 0) return unsupported('NRRD with skipped lines is not read');
  if (!Number.isSafeInteger(skip) || skip < -1) return corrupt('the NRRD byte skip is no number');
  if (encoding === 'raw')
    return skip === -1 ? data.subarray(Math.max(0, data.length - needed)) : data.subarray(skip);
  if (encoding !== 'gzip' && encoding !== 'gz')
    return unsupported('NRRD encodings raw and gzip are read, no other');
  if (needed > data.length * 1040)
    return corrupt('the packed NRRD data is too short for the sizes in its header');
  const start = Math.max(0, skip);
  const unpacked = await inflateCapped(data, {
    packing: 'gzip',
    wantBytes: start + needed,
    limits,
    what: 'NRRD',
  });
  return unpacked.subarray(start);
}

/** Signs that turn the file's space into LPS. */
const toLps: Readonly<Record<string, readonly [number, number, number]>> = {
  'left-posterior-superior': [1, 1, 1],
  lps: [1, 1, 1],
  'right-anterior-superior': [-1, -1, 1],
  ras: [-1, -1, 1],
  'left-anterior-superior': [1, -1, 1],
  las: [1, -1, 1],
};

function lpsAffine(fields: Map<string, string>, kept: readonly number[], notes: ReadingNote[]): Affine {
  const space = fields.get('space')?.toLowerCase();
  const signs = space === undefined ? undefined : toLps[space];
  if (space !== undefined && !signs) return unsupported('NRRD spaces LPS, RAS and LAS are read, no other');
  const directions = vectors(fields.get('space directions'));
  const spacings = numbers(fields.get('spacings') ?? '').map(Math.abs);
  if (!signs || !directions) {
    notes.push({
      code: 'ORIENTATION_ASSUMED',
      message: 'the NRRD header gives no patient space: its axes were taken as left, posterior, superior',
    });
  }
  const columns = [0, 1, 2].map((axis) => {
    const fileAxis = kept[axis];
    if (directions && fileAxis !== undefined) {
      return directions[fileAxis] ?? corrupt('a spatial NRRD axis has no direction');
    }
    const step = fileAxis === undefined ? 1 : spacings[fileAxis] || 1;
    return [0, 1, 2].map((row) => (row === axis ? step : 0));
  });
  const origin = vectors(fields.get('space origin'))?.[0] ?? [0, 0, 0];
  return [0, 1, 2].flatMap((row) =>
    [...columns, origin].map((column) => (column[row] ?? Number.NaN) * (signs ?? [1, 1, 1])[row]!),
  );
}

function numbers(text: string): number[] {
  return text.split(/\s+/).filter(Boolean).map(Number);
}

/** "(a,b,c) none (d,e,f)" -> vectors, undefined for none. */
function vectors(text: string | undefined): (number[] | undefined)[] | undefined {
  return text
    ?.match(/\([^)]*\)|none/gi)
    ?.map((part) => (part.startsWith('(') ? part.slice(1, -1).split(',').map(Number) : undefined));
}
