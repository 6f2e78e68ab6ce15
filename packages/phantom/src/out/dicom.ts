// Legal DICOM of a phantom: a CT series (or MR), and CR images of its X-rays. Explicit little endian, PS3.3 A.3 (CT image),
// A.4 (MR image), A.2 (CR image), PS3.10 file format. Every element of type 1 and 2 that those modules ask for is written.
// Here and not in imaging: the phantom must not load imaging's codecs to write its own plain files.

import type { Image2d } from '@tomograph/imaging';
import { sha256 } from '@tomograph/kernel';
import { mrProtocols } from '../image/mr.js';
import type { Phantom } from '../render.js';
import { PHANTOM_VERSION } from './manifest.js';

const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
const MR_IMAGE = '1.2.840.10008.5.1.4.1.1.4';
const CR_IMAGE = '1.2.840.10008.5.1.4.1.1.1';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const IMPLEMENTATION = '2.25.329800735698586629295641978511506172918';

type Element = readonly [tag: number, vr: string, value: string | number | Uint8Array];

/** A UID under 2.25 from a digest: the same phantom and options have the same UIDs. */
function uid(phantom: Phantom, what: string): string {
  const facts = JSON.stringify([
    phantom.seed,
    phantom.modality,
    phantom.volume.size,
    phantom.volume.affine,
    phantom.acquisition,
  ]);
  return `2.25.${BigInt(`0x${sha256(facts + what).slice(7, 37)}`).toString()}`;
}

/** One file per slice, caudal first. Values are HU (rescale 1, -1024). */
export function encodeCtSeries(phantom: Phantom): Uint8Array[] {
  const { size, affine, voxels } = phantom.volume;
  const [nx, ny, nz] = size;
  const isCt = phantom.modality === 'ct';
  const offset = isCt ? 1024 : 0;
  const plane = nx * ny;
  return Array.from({ length: nz }, (_, k) => {
    const pixels = new Uint16Array(plane);
    for (let i = 0; i < plane; i++) pixels[i] = Math.min(8191, Math.max(0, voxels[k * plane + i]! + offset));
    const position = [affine[3]!, affine[7]!, affine[11]! + affine[10]! * k].map(decimal).join('\\');
    const sop = isCt ? CT_IMAGE : MR_IMAGE;
    return file(sop, uid(phantom, `image-${k}`), [
      ...patientAndStudy(phantom, isCt ? 'CT' : 'MR', sop, uid(phantom, `image-${k}`)),
      [0x00080008, 'CS', 'DERIVED\\PRIMARY\\AXIAL'],
      [0x0008103e, 'LO', 'Synthetic phantom'],
      [0x00180015, 'CS', 'CHEST'],
      ...(isCt
        ? ([[0x00180060, 'DS', '120']] as Element[])
        : ([
            [0x00180020, 'CS', 'SE'],
            [0x00180021, 'CS', 'NONE'],
            [0x00180022, 'CS', ''],
            [0x00180023, 'CS', '3D'],
            [0x00180080, 'DS', String(mrProtocols[phantom.modality].repetitionMs)],
            [0x00180081, 'DS', String(mrProtocols[phantom.modality].echoMs)],
            [0x00180091, 'IS', '1'],
          ] as Element[])),
      [0x00180050, 'DS', decimal(phantom.spacingMm[2])],
      [0x00185100, 'CS', 'HFS'],
      [0x0020000d, 'UI', uid(phantom, 'study')],
      [0x0020000e, 'UI', uid(phantom, 'series')],
      [0x00200010, 'SH', '1'],
      [0x00200011, 'IS', '1'],
      [0x00200012, 'IS', ''],
      [0x00200013, 'IS', String(k + 1)],
      [0x00200032, 'DS', position],
      [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'],
      [0x00200052, 'UI', uid(phantom, 'frame')],
      [0x00201040, 'LO', ''],
      ...pixelModule(nx, ny, 16, 13, pixels, 'MONOCHROME2'),
      [0x00280030, 'DS', `${decimal(phantom.spacingMm[1])}\\${decimal(phantom.spacingMm[0])}`],
      [0x00281050, 'DS', isCt ? '40' : '400'],
      [0x00281051, 'DS', isCt ? '400' : '800'],
      [0x00281052, 'DS', String(-offset)],
      [0x00281053, 'DS', '1'],
      ...(isCt ? ([[0x00281054, 'LO', 'HU']] as Element[]) : []),
    ]);
  });
}

/** A CR image of a displayed X-ray (0..1, dense = bright). */
export function encodeXray(phantom: Phantom, view: 'AP' | 'LATERAL', image: Image2d): Uint8Array {
  const pixels = Uint16Array.from(image.pixels, (v) => Math.round(4095 * Math.min(1, Math.max(0, v))));
  const instance = uid(phantom, `xray-${view}`);
  const [column, row] = image.spacingMm ?? [1, 1];
  return file(CR_IMAGE, instance, [
    ...patientAndStudy(phantom, 'CR', CR_IMAGE, instance),
    [0x00080008, 'CS', 'DERIVED\\PRIMARY'],
    [0x0008103e, 'LO', `Synthetic radiograph ${view}`],
    [0x00180015, 'CS', 'CHEST'],
    [0x00181164, 'DS', `${decimal(row)}\\${decimal(column)}`],
    [0x00185101, 'CS', view === 'AP' ? 'AP' : 'LL'],
    [0x0020000d, 'UI', uid(phantom, 'study')],
    [0x0020000e, 'UI', uid(phantom, `xray-series-${view}`)],
    [0x00200010, 'SH', '1'],
    [0x00200011, 'IS', view === 'AP' ? '2' : '3'],
    [0x00200013, 'IS', '1'],
    [0x00200020, 'CS', view === 'AP' ? 'L\\F' : 'P\\F'],
    ...pixelModule(image.width, image.height, 16, 12, pixels, 'MONOCHROME2'),
    [0x00281050, 'DS', '2048'],
    [0x00281051, 'DS', '4096'],
  ]);
}

function patientAndStudy(phantom: Phantom, modality: string, sop: string, instance: string): Element[] {
  const { subject, seed } = phantom;
  return [
    [0x00080005, 'CS', 'ISO_IR 192'],
    [0x00080016, 'UI', sop],
    [0x00080018, 'UI', instance],
    [0x00080020, 'DA', '20200101'],
    [0x00080023, 'DA', '20200101'],
    [0x00080030, 'TM', '120000'],
    [0x00080033, 'TM', '120000'],
    [0x00080050, 'SH', ''],
    [0x00080060, 'CS', modality],
    [0x00080070, 'LO', 'Tomograph phantom'],
    [0x00080090, 'PN', ''],
    [0x00081030, 'LO', 'Synthetic study, not a patient'],
    [0x00081090, 'LO', `procedural body ${PHANTOM_VERSION}`],
    [0x00100010, 'PN', `Phantom^${seed}`],
    [0x00100020, 'LO', `PHANTOM-${seed}`],
    [0x00100030, 'DA', ''],
    [0x00100040, 'CS', subject.sex === 'MALE' ? 'M' : 'F'],
    [0x00101010, 'AS', `${String(subject.ageYears).padStart(3, '0')}Y`],
    [0x00101020, 'DS', decimal(subject.heightCm / 100)],
  ];
}

function pixelModule(
  width: number,
  height: number,
  allocated: number,
  stored: number,
  pixels: Uint16Array,
  photometric: string,
): Element[] {
  return [
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', photometric],
    [0x00280010, 'US', height],
    [0x00280011, 'US', width],
    [0x00280100, 'US', allocated],
    [0x00280101, 'US', stored],
    [0x00280102, 'US', stored - 1],
    [0x00280103, 'US', 0],
    [0x7fe00010, 'OW', new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)],
  ];
}

/** A decimal string of at most 16 characters (PS3.5 6.2). */
function decimal(v: number): string {
  const text = String(Math.round(v * 1e6) / 1e6);
  return text.length <= 16 ? text : v.toPrecision(10);
}

function file(sop: string, instance: string, elements: readonly Element[]): Uint8Array {
  const meta = [
    encode([0x00020001, 'OB', Uint8Array.of(0, 1)]),
    encode([0x00020002, 'UI', sop]),
    encode([0x00020003, 'UI', instance]),
    encode([0x00020010, 'UI', EXPLICIT_LITTLE_ENDIAN]),
    encode([0x00020012, 'UI', IMPLEMENTATION]),
  ];
  const length = meta.reduce((sum, bytes) => sum + bytes.length, 0);
  const preamble = new Uint8Array(132);
  preamble.set([0x44, 0x49, 0x43, 0x4d], 128); // "DICM"
  const sorted = [...elements].sort((a, b) => a[0] - b[0]);
  return Buffer.concat([preamble, encode([0x00020000, 'UL', length]), ...meta, ...sorted.map(encode)]);
}

function encode([tag, vr, value]: Element): Uint8Array {
  const body = bytesOf(vr, value);
  const long = vr === 'OB' || vr === 'OW';
  const out = new DataView(new ArrayBuffer((long ? 12 : 8) + body.length));
  out.setUint16(0, tag >>> 16, true);
  out.setUint16(2, tag & 0xffff, true);
  out.setUint8(4, vr.charCodeAt(0));
  out.setUint8(5, vr.charCodeAt(1));
  if (long) out.setUint32(8, body.length, true);
  else out.setUint16(6, body.length, true);
  const bytes = new Uint8Array(out.buffer);
  bytes.set(body, long ? 12 : 8);
  return bytes;
}

function bytesOf(vr: string, value: string | number | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'number') {
    const out = new DataView(new ArrayBuffer(vr === 'UL' ? 4 : 2));
    if (vr === 'UL') out.setUint32(0, value, true);
    else out.setUint16(0, value, true);
    return new Uint8Array(out.buffer);
  }
  const text = new TextEncoder().encode(value);
  if (text.length % 2 === 0) return text;
  const padded = new Uint8Array(text.length + 1);
  padded.set(text);
  padded[text.length] = vr === 'UI' ? 0 : 0x20;
  return padded;
}
