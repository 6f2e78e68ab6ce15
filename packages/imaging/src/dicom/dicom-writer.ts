// Writes the few DICOM elements that this room needs (explicit little endian, PS3.5 7.1.2). Not a general writer.

export class DicomWriter {
  readonly chunks: Uint8Array[] = [];

  /** Preamble, mark and file meta information. */
  meta(sopClassUid: string, sopInstanceUid: string, syntaxUid: string): void {
    const group = new DicomWriter();
    group.long(0x00020001, 'OB', Uint8Array.of(0, 1));
    group.text(0x00020002, 'UI', sopClassUid);
    group.text(0x00020003, 'UI', sopInstanceUid);
    group.text(0x00020010, 'UI', syntaxUid);
    group.text(0x00020012, 'UI', '2.25.2');
    const preamble = new Uint8Array(132);
    preamble.set(new TextEncoder().encode('DICM'), 128);
    this.chunks.push(preamble);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(
      0,
      group.chunks.reduce((sum, chunk) => sum + chunk.length, 0),
      true,
    );
    this.short(0x00020000, 'UL', length);
    this.chunks.push(...group.chunks);
  }

  text(tag: number, vr: string, value: string): void {
    const padding = value.length % 2 === 0 ? '' : vr === 'UI' ? '\0' : ' ';
    this.short(tag, vr, new TextEncoder().encode(value + padding));
  }

  uint16(tag: number, value: number): void {
    this.short(tag, 'US', Uint8Array.of(value & 0xff, value >>> 8));
  }

  short(tag: number, vr: string, value: Uint8Array): void {
    const head = header(tag, vr, 8);
    new DataView(head.buffer).setUint16(6, value.length, true);
    this.chunks.push(head, value);
  }

  long(tag: number, vr: string, value: Uint8Array): void {
    const head = header(tag, vr, 12);
    new DataView(head.buffer).setUint32(8, value.length, true);
    this.chunks.push(head, value);
  }

  /** Pixel data as one fragment per frame with an empty offset table. */
  encapsulated(frames: readonly Uint8Array[]): void {
    const head = header(0x7fe00010, 'OB', 12);
    new DataView(head.buffer).setUint32(8, 0xffffffff, true);
    this.chunks.push(head, item(0));
    for (const frame of frames) {
      this.chunks.push(item(frame.length + (frame.length % 2)), frame);
      if (frame.length % 2 !== 0) this.chunks.push(new Uint8Array(1));
    }
    this.chunks.push(header(0xfffee0dd, '', 8));
  }
}

function header(tag: number, vr: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, tag >>> 16, true);
  view.setUint16(2, tag & 0xffff, true);
  for (let i = 0; i < vr.length; i++) bytes[4 + i] = vr.charCodeAt(i);
  return bytes;
}

function item(length: number): Uint8Array {
  const bytes = header(0xfffee000, '', 8);
  new DataView(bytes.buffer).setUint32(4, length, true);
  return bytes;
}
