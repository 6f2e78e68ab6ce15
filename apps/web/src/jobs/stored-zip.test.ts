import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 as nodeCrc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isMeantToUpload } from './dropped-files';
import { entryNames, packFiles } from './stored-zip';

const hasPython = spawnSync('python3', ['--version']).status === 0;

const file = (content: string | Uint8Array<ArrayBuffer>, name: string, path = '') =>
  Object.defineProperty(new File([content], name), 'webkitRelativePath', { value: path });

/** The archive's entries by its central directory, each checked against its local header. */
async function entriesOf(archive: Blob) {
  const bytes = Buffer.from(await archive.arrayBuffer());
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = bytes.readUInt32LE(end + 16);
  return Array.from({ length: bytes.readUInt16LE(end + 10) }, () => {
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50);
    const [crc, size, nameLength, local] = [
      bytes.readUInt32LE(at + 16),
      bytes.readUInt32LE(at + 24),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt32LE(at + 42),
    ];
    const name = bytes.toString('latin1', at + 46, at + 46 + nameLength);
    expect(bytes.readUInt32LE(local)).toBe(0x04034b50);
    expect(bytes.readUInt32LE(local + 14)).toBe(crc);
    const start = local + 30 + bytes.readUInt16LE(local + 26);
    at += 46 + nameLength;
    return { name, crc, content: bytes.subarray(start, start + size) };
  });
}

describe('a folder as one archive', () => {
  it('holds every file whole, with its checksum', async () => {
    const binary = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31) & 255);
    const archive = await packFiles([file('hello', 'a.dcm'), file(binary, 'b.dcm')]);
    const entries = await entriesOf(archive);
    expect(entries.map((entry) => entry.name)).toEqual(['000001.dcm', '000002.dcm']);
    expect(entries[0]!.content.toString()).toBe('hello');
    expect(entries[1]!.content.equals(binary)).toBe(true);
    for (const entry of entries) expect(entry.crc).toBe(nodeCrc32(entry.content));
  });

  it('carries no name of the user’s disk', async () => {
    const archive = await packFiles([file('x', 'SMITH_JOHN.dcm', 'SMITH_JOHN/CT/SMITH_JOHN.dcm')]);
    expect(Buffer.from(await archive.arrayBuffer()).includes('SMITH')).toBe(false);
  });

  it.skipIf(!hasPython)('opens with an independent reader (needs python3)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tomograph-zip-'));
    try {
      const path = join(folder, 'a.zip');
      const archive = await packFiles([file('hello', 'a.dcm'), file('world', 'b')]);
      writeFileSync(path, Buffer.from(await archive.arrayBuffer()));
      const read =
        'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), [z.read(n) for n in z.namelist()])';
      const printed = execFileSync('python3', ['-c', read, path], { encoding: 'utf8' });
      expect(printed.trim()).toBe("None [b'hello', b'world']");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('entryNames', () => {
  const names = (...list: string[]) => entryNames(list.map((name) => ({ name })));

  it('keeps pairs together and known endings on', () => {
    expect(names('brain.hdr', 'brain.img', 'scan.nii.gz', 'IM0001')).toEqual([
      '000001.hdr',
      '000001.img',
      '000002.nii.gz',
      '000003',
    ]);
  });

  it('never gives one name twice', () => {
    const given = names('a.dcm', 'a.dcm', 'a.DCM', 'b.dcm');
    expect(new Set(given).size).toBe(4);
  });

  it('keeps no ending that could be a UID or a date', () => {
    expect(names('1.2.840.113619.2.55', 'CT.20190312')).toEqual(['000001', '000002']);
  });
});

describe('isMeantToUpload', () => {
  it('leaves out empty files and what file systems leave behind', () => {
    expect(isMeantToUpload({ name: 'IM1', size: 10 })).toBe(true);
    for (const name of ['.DS_Store', 'Thumbs.db', 'desktop.ini'])
      expect(isMeantToUpload({ name, size: 9 })).toBe(false);
    expect(isMeantToUpload({ name: 'IM1', size: 0 })).toBe(false);
  });
});
