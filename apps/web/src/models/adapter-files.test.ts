import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { adapterFiles } from './adapter-files';
import { readZip } from './read-zip';
import { structureLines } from './structure-lines';

const named = (name: string, text = name) => new File([text], name);
const config = named('adapter_config.json');
const model = named('adapter_model.safetensors');
const code = (name: string) => expect.objectContaining({ code: name });

/** A zip archive written field by field: method 0 stores, 8 deflates. */
function zipOf(files: Record<string, string>, method: 0 | 8 = 8): File {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const packed = method === 8 ? deflateRawSync(text) : Buffer.from(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(text.length, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name), packed);
    centrals.push(central, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const list = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return new File([Buffer.concat([...locals, list, end])], 'adapter.zip');
}

describe('the files of an adapter', () => {
  it('are found by their names among whatever the folder holds', async () => {
    const found = await adapterFiles([named('training_args.bin'), model, named('README.md'), config]);
    expect([await found.config.text(), await found.model.text(), await found.card?.text()]).toEqual([
      'adapter_config.json',
      'adapter_model.safetensors',
      'README.md',
    ]);
    expect((await adapterFiles([config, model])).card).toBeUndefined();
  });

  it.each([0, 8] as const)(
    'are found in a zip, in a folder within it, packed by method %i',
    async (method) => {
      const text = 'x'.repeat(10_000);
      const found = await adapterFiles([
        zipOf(
          { 'spleen/adapter_config.json': '{}', 'spleen/adapter_model.safetensors': text, 'other.txt': 'y' },
          method,
        ),
      ]);
      expect([await found.config.text(), await found.model.text()]).toEqual(['{}', text]);
    },
  );

  it('are named when they are missing, and refused when there are two adapters', async () => {
    await expect(adapterFiles([config])).rejects.toThrow(/adapter_model.safetensors is not among them/);
    await expect(adapterFiles([named('x')])).rejects.toThrow(/adapter_config.json and adapter_model/);
    await expect(adapterFiles([])).rejects.toThrow(code('INVALID_ARGUMENT'));
    await expect(adapterFiles([config, model, named('adapter_config.json')])).rejects.toThrow(/2 files/);
  });
});

describe('a zip', () => {
  it('that is none, was cut or is damaged is refused', async () => {
    const whole = await zipOf({ 'adapter_config.json': 'a'.repeat(5000) }).arrayBuffer();
    const read = (bytes: BlobPart) => readZip(new Blob([bytes]), ['adapter_config.json']);
    for (const bytes of ['no zip', '', whole.slice(0, -5), whole.slice(40)])
      await expect(read(bytes)).rejects.toThrow(code('FORMAT_CORRUPT'));
    const damaged = new Uint8Array(whole.slice(0));
    damaged.fill(255, 50, 60);
    await expect(read(damaged)).rejects.toThrow(code('FORMAT_CORRUPT'));
  });

  it('is not unpacked beyond what it says, nor begun when it says too much', async () => {
    const bytes = new Uint8Array(await zipOf({ 'adapter_config.json': 'a'.repeat(5000) }).arrayBuffer());
    const view = new DataView(bytes.buffer);
    const central = bytes.findLastIndex(
      (_, at) => at + 4 <= bytes.length && view.getUint32(at, true) === 0x02014b50,
    );
    const withSize = (size: number) => {
      view.setUint32(central + 24, size, true);
      return readZip(new Blob([bytes.slice()]), ['adapter_config.json']);
    };
    await expect(withSize(10)).rejects.toThrow(/longer than it says/);
    await expect(withSize(2 ** 31)).rejects.toThrow(code('LIMIT_EXCEEDED'));
  });
});

describe('structures as lines', () => {
  it('are the classes in their order, with codes where they stand', () => {
    expect(structureLines('\nspleen, 78961009 Spleen\n\n liver \n')).toEqual([
      { name: 'spleen', value: 1, snomedCode: '78961009', snomedDisplay: 'Spleen' },
      { name: 'liver', value: 2 },
    ]);
    expect(structureLines(' \n')).toEqual([]);
  });

  it('say which line is wrong', () => {
    expect(() => structureLines('liver\n, 78961009 Spleen')).toThrow(/line 2 .* no name/);
    expect(() => structureLines('liver, Leber')).toThrow(/line 1 .* SNOMED/);
  });
});
