// Transfer syntaxes: how the bytes after the file meta information are written (PS3.5 section 10, PS3.6 A).
import { unsupported } from '../read/refuse.js';

export type PixelCodec = 'native' | 'rle' | 'jpeg' | 'jpegls' | 'jpeg2000';

export interface TransferSyntax {
  readonly uid: string;
  readonly littleEndian: boolean;
  readonly explicitVr: boolean;
  readonly deflated: boolean;
  readonly codec: PixelCodec;
  readonly lossy: boolean;
}

const root = '1.2.840.10008.1.2';
const plain = {
  littleEndian: true,
  explicitVr: true,
  deflated: false,
  codec: 'native',
  lossy: false,
} as const;
type Row = Partial<Omit<TransferSyntax, 'uid'>>;

const known: Readonly<Record<string, Row>> = {
  [root]: { explicitVr: false },
  [`${root}.1`]: {},
  [`${root}.2`]: { littleEndian: false },
  [`${root}.1.99`]: { deflated: true },
  [`${root}.5`]: { codec: 'rle' },
  [`${root}.4.50`]: { codec: 'jpeg', lossy: true },
  [`${root}.4.51`]: { codec: 'jpeg', lossy: true },
  [`${root}.4.57`]: { codec: 'jpeg' },
  [`${root}.4.70`]: { codec: 'jpeg' },
  [`${root}.4.80`]: { codec: 'jpegls' },
  [`${root}.4.81`]: { codec: 'jpegls', lossy: true },
  [`${root}.4.90`]: { codec: 'jpeg2000' },
  [`${root}.4.91`]: { codec: 'jpeg2000', lossy: true },
  // The header is deflated and the pixels lie on a server: unpacked under the same cap, then refused for its pixels.
  [`${root}.4.95`]: { deflated: true },
  [`${root}.4.205`]: { deflated: true },
};

const namedButUnread: readonly (readonly [RegExp, string])[] = [
  [/^1\.2\.840\.10008\.1\.2\.4\.20[1-4]$/, 'High-Throughput JPEG 2000'],
  [/^1\.2\.840\.10008\.1\.2\.4\.9[23]$/, 'JPEG 2000 part 2'],
  [/^1\.2\.840\.10008\.1\.2\.4\.94$/, 'JPIP referenced pixel data'],
  [/^1\.2\.840\.10008\.1\.2\.4\.10[0-8]/, 'MPEG video'],
  [/^1\.2\.840\.10008\.1\.2\.4\.11[0-2]$/, 'JPEG XL'],
];

/** @throws AppError FORMAT_UNSUPPORTED for a syntax that this build does not read, by its name where it has one */
export function transferSyntax(uid: string): TransferSyntax {
  const row = Object.hasOwn(known, uid) ? known[uid] : undefined;
  if (row) return { uid, ...plain, ...row };
  const name = namedButUnread.find(([pattern]) => pattern.test(uid))?.[1];
  return unsupported(
    name === undefined
      ? 'a DICOM transfer syntax that this build does not know: convert the file to explicit little endian'
      : `DICOM transfer syntax ${name} is not read: convert the file to JPEG 2000 or explicit little endian`,
  );
}
