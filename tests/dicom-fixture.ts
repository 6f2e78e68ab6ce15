// Small DICOM files made in memory, with every identifying tag filled with canary words. For tests only.
import { deflateRawSync } from 'node:zlib';
import { DicomWriter } from '../packages/imaging/src/dicom/dicom-writer.js';
import { concatBytes } from '../packages/imaging/src/read/inflate.js';

/** Words that must never leave the reader. */
export const canaries = [
  'CANARYNAME',
  'CANARYID',
  '19470213',
  '20210630',
  '1.2.3.4.999',
  'CANARYDESC',
  'CANARYPRIV',
];

export interface CtSlice {
  readonly rows?: number;
  readonly columns?: number;
  readonly position?: readonly number[];
  readonly orientation?: readonly number[];
  readonly spacing?: readonly [number, number];
  /** Stored values; default: all `instance`. */
  readonly pixels?: Int16Array | Uint16Array;
  readonly slope?: number;
  readonly intercept?: number;
  readonly padding?: number;
  readonly series?: string;
  readonly study?: string;
  readonly patient?: string;
  readonly instance?: number;
  readonly acquisition?: number;
  readonly modality?: string;
  readonly imageType?: string;
  readonly photometric?: string;
  readonly sopClass?: string;
  readonly syntax?: string;
  readonly deflate?: boolean;
  readonly rowsOverride?: number;
  /** Further elements, before the pixel data, in tag order after (0028,1053). */
  readonly extra?: (writer: DicomWriter) => void;
}

export function ctSlice(slice: CtSlice = {}): Uint8Array {
  const { rows = 4, columns = 4, instance = 1 } = slice;
  const pixels = slice.pixels ?? new Int16Array(rows * columns).fill(instance);
  const syntax = slice.syntax ?? '1.2.840.10008.1.2.1';
  const sopClass = slice.sopClass ?? '1.2.840.10008.5.1.4.1.1.2';
  const head = new DicomWriter();
  head.meta(sopClass, `1.2.3.4.999.${instance}`, syntax);
  const w = new DicomWriter();
  w.text(0x00080008, 'CS', slice.imageType ?? 'ORIGINAL\\PRIMARY\\AXIAL');
  w.text(0x00080016, 'UI', sopClass);
  w.text(0x00080018, 'UI', `1.2.3.4.999.${slice.series ?? '1'}.${instance}.${slice.acquisition ?? 0}`);
  w.text(0x00080020, 'DA', '20210630');
  w.text(0x00080060, 'CS', slice.modality ?? 'CT');
  w.text(0x0008103e, 'LO', 'CANARYDESC');
  w.text(0x00090010, 'LO', 'CANARYPRIV');
  w.text(0x00091001, 'LO', 'CANARYPRIV');
  w.text(0x00100010, 'PN', 'CANARYNAME^ANNA');
  w.text(0x00100020, 'LO', slice.patient ?? 'CANARYID');
  w.text(0x00100030, 'DA', '19470213');
  w.text(0x00100040, 'CS', 'F');
  w.text(0x00180015, 'CS', 'CHEST');
  w.text(0x0020000d, 'UI', `1.2.3.4.999.100.${slice.study ?? '1'}`);
  w.text(0x0020000e, 'UI', `1.2.3.4.999.200.${slice.series ?? '1'}`);
  if (slice.acquisition !== undefined) w.text(0x00200012, 'IS', String(slice.acquisition));
  w.text(0x00200013, 'IS', String(instance));
  w.text(0x00200032, 'DS', (slice.position ?? [0, 0, instance]).join('\\'));
  w.text(0x00200037, 'DS', (slice.orientation ?? [1, 0, 0, 0, 1, 0]).join('\\'));
  w.uint16(0x00280002, 1);
  w.text(0x00280004, 'CS', slice.photometric ?? 'MONOCHROME2');
  w.uint16(0x00280010, slice.rowsOverride ?? rows);
  w.uint16(0x00280011, columns);
  w.text(0x00280030, 'DS', (slice.spacing ?? [1, 1]).join('\\'));
  w.uint16(0x00280100, 16);
  w.uint16(0x00280101, 16);
  w.uint16(0x00280102, 15);
  w.uint16(0x00280103, pixels instanceof Int16Array ? 1 : 0);
  if (slice.padding !== undefined) w.uint16(0x00280120, slice.padding & 0xffff);
  w.text(0x00281052, 'DS', String(slice.intercept ?? 0));
  w.text(0x00281053, 'DS', String(slice.slope ?? 1));
  slice.extra?.(w);
  w.long(0x7fe00010, 'OW', new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength));
  const body = concatBytes(w.chunks);
  return concatBytes([...head.chunks, slice.deflate ? new Uint8Array(deflateRawSync(body)) : body]);
}

/** A file whose meta information is right and whose deflated body unpacks to `bytes` zeros. */
export function deflateBomb(syntax: string, bytes: number): Uint8Array {
  const head = new DicomWriter();
  head.meta('1.2.840.10008.5.1.4.1.1.2', '1.2.3', syntax);
  const body = deflateRawSync(new Uint8Array(bytes), { level: 9 });
  return concatBytes([...head.chunks, new Uint8Array(body)]);
}
