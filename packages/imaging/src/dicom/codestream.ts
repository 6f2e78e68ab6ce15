// What a compressed frame says of itself, read before any decoder sees it: the DICOM header may lie, and so
// may the stream. Sources: ITU-T T.81 B.2 (JPEG), T.87 C.2 (JPEG-LS), T.800 A.5 (JPEG 2000).
import { corrupt } from '../read/refuse.js';

export interface CodestreamFacts {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly bits: number;
  readonly signed: boolean;
}

/** @throws AppError FORMAT_CORRUPT when there is no frame header or no end mark (a cut stream) */
export function codestreamFacts(frame: Uint8Array): CodestreamFacts {
  if (!hasEnd(frame)) corrupt('a compressed frame has no end mark: it is cut short');
  const start = frame[0] === 0x00 ? jp2Codestream(frame) : 0;
  const view = new DataView(frame.buffer, frame.byteOffset + start, frame.byteLength - start);
  if (view.byteLength < 8) return corrupt('a compressed frame is cut short');
  if (view.getUint16(0) === 0xff4f) return jpeg2000(view);
  if (view.getUint16(0) === 0xffd8) return jpeg(view);
  return corrupt('a compressed frame does not begin with a known mark');
}

/** The end mark, after which only padding may follow. */
function hasEnd(frame: Uint8Array): boolean {
  const tail = frame.subarray(Math.max(0, frame.length - 4096));
  for (let at = tail.length - 2; at >= 0; at--) {
    if (tail[at] === 0xff && tail[at + 1] === 0xd9) return true;
  }
  return false;
}

/** A JP2 box file inside DICOM is not allowed but exists: find the codestream's SOC + SIZ. */
function jp2Codestream(frame: Uint8Array): number {
  for (let at = 0; at < Math.min(frame.length - 4, 4096); at++) {
    if (frame[at] === 0xff && frame[at + 1] === 0x4f && frame[at + 2] === 0xff && frame[at + 3] === 0x51) {
      return at;
    }
  }
  return corrupt('a JPEG 2000 file without a codestream');
}

function jpeg2000(view: DataView): CodestreamFacts {
  if (view.byteLength < 48 || view.getUint16(2) !== 0xff51)
    return corrupt('a JPEG 2000 stream without a size');
  const ssiz = view.getUint8(42);
  return {
    width: view.getUint32(8) - view.getUint32(16),
    height: view.getUint32(12) - view.getUint32(20),
    components: view.getUint16(40),
    bits: (ssiz & 0x7f) + 1,
    signed: (ssiz & 0x80) !== 0,
  };
}

function jpeg(view: DataView): CodestreamFacts {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return corrupt('a JPEG stream without a mark where one belongs');
    const mark = view.getUint8(at + 1);
    if (mark === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = (mark >= 0xc0 && mark <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(mark)) || mark === 0xf7;
    if (isFrame) {
      return {
        bits: view.getUint8(at + 4),
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
        signed: false,
      };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return corrupt('a JPEG stream without a frame header');
}
