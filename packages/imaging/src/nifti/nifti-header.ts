// NIfTI-1 and NIfTI-2 headers: numbers checked, orientation turned into one LPS affine. No voxels here.
// Sources: nifti1.h, nifti2.h (nifti.nimh.nih.gov). NIfTI's world is RAS; this house speaks LPS.
import type { ReadingNote } from '@tomograph/kernel';
import { checkedCount, type ReadLimits } from '../read/limits.js';
import { corrupt, refuse, unsupported } from '../read/refuse.js';
import type { SampleType } from '../read/samples.js';
import type { Affine, Vec3 } from '../volume.js';

export interface NiftiHeader {
  readonly littleEndian: boolean;
  readonly size: Vec3;
  readonly type: SampleType;
  /** Byte of the first voxel in the data file. */
  readonly dataOffset: number;
  /** True for .nii; false for a pair (.hdr + .img). */
  readonly isSingleFile: boolean;
  readonly slope: number;
  readonly intercept: number;
  /** index -> LPS mm */
  readonly affine: Affine;
  /** True when the intent code says so; undefined when the header says nothing. */
  readonly isLabelMap: true | undefined;
  readonly notes: readonly ReadingNote[];
}

/** Bytes that hold either header. */
export const niftiHeaderBytes = 540;

const types: Readonly<Record<number, SampleType>> = {
  2: 'uint8',
  4: 'int16',
  8: 'int32',
  16: 'float32',
  64: 'float64',
  256: 'int8',
  512: 'uint16',
  768: 'uint32',
  1024: 'int64',
  1280: 'uint64',
};

const unread: Readonly<Record<number, string>> = {
  1: 'one-bit voxels',
  32: 'complex values',
  128: 'RGB colour',
  1536: '128-bit floats',
  1792: 'complex values',
  2048: 'complex values',
  2304: 'RGBA colour',
};

/** True when the bytes begin with a NIfTI-1, NIfTI-2 or Analyze header size in either byte order. */
export function looksLikeNifti(bytes: Uint8Array): boolean {
  return headerKind(bytes) !== undefined;
}

/**
 * @param bytes the first 540 bytes of the header file (fewer only where the file is shorter)
 * @throws AppError FORMAT_CORRUPT, FORMAT_UNSUPPORTED, LIMIT_EXCEEDED
 */
export function readNiftiHeader(bytes: Uint8Array, limits: ReadLimits): NiftiHeader {
  const kind = headerKind(bytes) ?? refuse('FORMAT_UNKNOWN', 'no NIfTI header size at the start');
  const { littleEndian, version } = kind;
  if (bytes.length < (version === 1 ? 348 : 540)) corrupt('the NIfTI header is cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magicAt = version === 1 ? 344 : 4;
  const magic = String.fromCharCode(...bytes.subarray(magicAt, magicAt + 3));
  if (!/^n[+i][12]$/.test(magic)) {
    unsupported('an Analyze 7.5 header, which does not say where left is: convert it to NIfTI');
  }
  const fields = version === 1 ? fieldsOf1(view, littleEndian) : fieldsOf2(view, littleEndian);
  const type = types[fields.datatype];
  if (!type) {
    unsupported(`NIfTI with ${unread[fields.datatype] ?? `data type ${fields.datatype}`} is not read`);
  }
  const notes: ReadingNote[] = [];
  const isSingleFile = magic[1] === '+';
  return {
    littleEndian,
    size: spatialSize(fields.dim, limits),
    type: type!,
    dataOffset: dataOffset(fields.voxOffset, isSingleFile, version),
    isSingleFile,
    ...scaling(fields, notes),
    affine: lpsAffine(fields, notes),
    isLabelMap: fields.intent === 1002 ? true : undefined,
    notes,
  };
}

interface Fields {
  readonly dim: readonly number[];
  readonly datatype: number;
  readonly pixdim: readonly number[];
  readonly voxOffset: number;
  readonly slope: number;
  readonly intercept: number;
  readonly qformCode: number;
  readonly sformCode: number;
  readonly quaternion: readonly number[];
  readonly qoffset: readonly number[];
  readonly srow: readonly number[];
  readonly units: number;
  readonly intent: number;
}

function headerKind(bytes: Uint8Array): { littleEndian: boolean; version: 1 | 2 } | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const littleEndian of [true, false]) {
    const size = view.getInt32(0, littleEndian);
    if (size === 348) return { littleEndian, version: 1 };
    if (size === 540) return { littleEndian, version: 2 };
  }
  return undefined;
}

function fieldsOf1(view: DataView, little: boolean): Fields {
  const floats = (at: number, count: number) =>
    Array.from({ length: count }, (_, i) => view.getFloat32(at + 4 * i, little));
  return {
    dim: Array.from({ length: 8 }, (_, i) => view.getInt16(40 + 2 * i, little)),
    intent: view.getInt16(68, little),
    datatype: view.getInt16(70, little),
    pixdim: floats(76, 8),
    voxOffset: view.getFloat32(108, little),
    slope: view.getFloat32(112, little),
    intercept: view.getFloat32(116, little),
    units: view.getUint8(123),
    qformCode: view.getInt16(252, little),
    sformCode: view.getInt16(254, little),
    quaternion: floats(256, 3),
    qoffset: floats(268, 3),
    srow: floats(280, 12),
  };
}

function fieldsOf2(view: DataView, little: boolean): Fields {
  const doubles = (at: number, count: number) =>
    Array.from({ length: count }, (_, i) => view.getFloat64(at + 8 * i, little));
  const long = (at: number) => Number(view.getBigInt64(at, little));
  return {
    datatype: view.getInt16(12, little),
    dim: Array.from({ length: 8 }, (_, i) => long(16 + 8 * i)),
    pixdim: doubles(104, 8),
    voxOffset: long(168),
    slope: view.getFloat64(176, little),
    intercept: view.getFloat64(184, little),
    qformCode: view.getInt32(344, little),
    sformCode: view.getInt32(348, little),
    quaternion: doubles(352, 3),
    qoffset: doubles(376, 3),
    srow: doubles(400, 12),
    units: view.getInt32(500, little),
    intent: view.getInt32(504, little),
  };
}

function spatialSize(dim: readonly number[], limits: ReadLimits): Vec3 {
  const count = dim[0]!;
  if (!(count >= 1 && count <= 7)) corrupt(`NIfTI says it has ${count} dimensions, 1 to 7 are legal`);
  const used = Array.from({ length: 7 }, (_, i) => (i < count ? dim[i + 1]! : 1));
  checkedCount(used, limits.maxVoxels, 'NIfTI image');
  const repeats = used.slice(3).reduce((product, extent) => product * extent, 1);
  if (repeats > 1) unsupported(`NIfTI holds ${repeats} volumes or channels, one volume is read: split it`);
  return [used[0]!, used[1]!, used[2]!];
}

function dataOffset(voxOffset: number, isSingleFile: boolean, version: 1 | 2): number {
  const least = isSingleFile ? (version === 1 ? 352 : 544) : 0;
  if (!Number.isFinite(voxOffset) || voxOffset < 0 || voxOffset > 2 ** 31) {
    corrupt(`NIfTI voxels begin at byte ${voxOffset}`);
  }
  return Math.max(least, Math.floor(voxOffset));
}

function scaling(fields: Fields, notes: ReadingNote[]): { slope: number; intercept: number } {
  if (fields.slope === 0 || !Number.isFinite(fields.slope)) return { slope: 1, intercept: 0 };
  if (!Number.isFinite(fields.intercept)) {
    notes.push({
      code: 'INTERCEPT_IGNORED',
      message: 'the NIfTI intercept is not a number and was taken as 0',
    });
    return { slope: fields.slope, intercept: 0 };
  }
  return { slope: fields.slope, intercept: fields.intercept };
}

/** sform, else qform, else the voxel sizes alone (nifti1.h, methods 3, 2, 1); RAS -> LPS; units -> mm. */
function lpsAffine(fields: Fields, notes: ReadingNote[]): Affine {
  const unit = { 1: 1000, 3: 0.001 }[fields.units & 7] ?? 1;
  let ras: readonly number[];
  if (fields.sformCode > 0 && isUsable(fields.srow)) ras = fields.srow;
  else if (fields.qformCode > 0) ras = qformAffine(fields);
  else {
    const [sx, sy, sz] = fields.pixdim.slice(1, 4).map((value) => Math.abs(value) || 1) as [
      number,
      number,
      number,
    ];
    ras = [sx, 0, 0, 0, 0, sy, 0, 0, 0, 0, sz, 0];
    notes.push({
      code: 'ORIENTATION_ASSUMED',
      message:
        'the NIfTI header gives no orientation: its first axis was taken to run to the right of the patient',
    });
  }
  return ras.map((value, at) => (at < 8 ? -value : value) * unit);
}

function isUsable(srow: readonly number[]): boolean {
  return (
    srow.every(Number.isFinite) &&
    [0, 1, 2].every((axis) => Math.hypot(srow[axis]!, srow[axis + 4]!, srow[axis + 8]!) > 0)
  );
}

function qformAffine({ quaternion, qoffset, pixdim }: Fields): number[] {
  const [b, c, d] = quaternion as [number, number, number];
  const rest = 1 - (b * b + c * c + d * d);
  const scale = rest < 0 ? 1 / Math.sqrt(1 - rest) : 1;
  const [x, y, z] = [b * scale, c * scale, d * scale];
  const a = rest < 0 ? 0 : Math.sqrt(rest);
  const flip = pixdim[0]! < 0 ? -1 : 1;
  const [sx, sy, sz] = [Math.abs(pixdim[1]!), Math.abs(pixdim[2]!), Math.abs(pixdim[3]!) * flip];
  const [ox, oy, oz] = qoffset as [number, number, number];
  return [
    (a * a + x * x - y * y - z * z) * sx,
    2 * (x * y - a * z) * sy,
    2 * (x * z + a * y) * sz,
    ox,
    2 * (x * y + a * z) * sx,
    (a * a + y * y - x * x - z * z) * sy,
    2 * (y * z - a * x) * sz,
    oy,
    2 * (x * z - a * y) * sx,
    2 * (y * z + a * x) * sy,
    (a * a + z * z - x * x - y * y) * sz,
    oz,
  ];
}
