// The part of yauzl 3 that unpack-zip.ts uses (the package ships no types).
declare module 'yauzl' {
  import type { EventEmitter } from 'node:events';
  import type { Readable } from 'node:stream';

  interface Entry {
    readonly fileName: string;
    readonly generalPurposeBitFlag: number;
    readonly compressionMethod: number;
    readonly compressedSize: number;
    readonly externalFileAttributes: number;
    isEncrypted(): boolean;
  }

  interface ZipFile extends EventEmitter {
    readEntry(): void;
    openReadStream(entry: Entry, done: (cause: Error | null, stream?: Readable) => void): void;
    close(): void;
  }

  interface Options {
    readonly lazyEntries?: boolean;
    readonly decodeStrings?: boolean;
    readonly validateEntrySizes?: boolean;
    readonly autoClose?: boolean;
  }

  const yauzl: {
    open(path: string, options: Options, done: (cause: Error | null, zip?: ZipFile) => void): void;
  };
  // biome-ignore lint/style/noDefaultExport: this is how the package exports itself
  export default yauzl;
  export type { Entry, ZipFile };
}
