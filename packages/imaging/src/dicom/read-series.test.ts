// DICOM series through the one door: sorting, geometry, HU, tilt, and what is refused in words.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type CtSlice, canaries, ctSlice, deflateBomb } from '../../../../tests/dicom-fixture.js';
import { readInput } from '../read/read-input.js';
import type { CtItem, ReadResult, XrayItem } from '../read/result.js';
import type { DicomWriter } from './dicom-writer.js';

const key = new Uint8Array(32).fill(7);
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function read(files: readonly Uint8Array[], limits = {}): Promise<ReadResult> {
  const folder = await mkdtemp(join(tmpdir(), 'imaging-test-'));
  folders.push(folder);
  await mkdir(join(folder, 'sub'));
  for (const [i, bytes] of files.entries())
    await writeFile(join(folder, i % 2 ? 'sub' : '.', `f${i}`), bytes);
  return readInput(folder, { key, limits });
}

function stack(count: number, slice: (k: number) => CtSlice = () => ({})): Uint8Array[] {
  return Array.from({ length: count }, (_, k) =>
    ctSlice({ instance: k + 1, position: [10, 20, 5 * k], ...slice(k) }),
  );
}

function onlyCt(result: ReadResult): CtItem {
  expect(result.refused).toEqual([]);
  expect(result.items.map((item) => item.kind)).toEqual(['CT']);
  return result.items[0] as CtItem;
}

describe('a stack', () => {
  it('has its slices by position, whatever order the files and instance numbers have', async () => {
    const forward = onlyCt(await read(stack(6)));
    const shuffled = onlyCt(
      await read(
        [3, 0, 5, 1, 4, 2].map(
          (k) => stack(6, (i) => ({ instance: 100 - i, pixels: new Int16Array(16).fill(i + 1) }))[k]!,
        ),
      ),
    );
    expect([...shuffled.volume.voxels]).toEqual([...forward.volume.voxels]);
    expect(forward.volume.size).toEqual([4, 4, 6]);
    expect(forward.volume.affine).toEqual([1, 0, 0, 10, 0, 1, 0, 20, 0, 0, 5, 0]);
    expect([...forward.volume.voxels.filter((_, i) => i % 16 === 0)]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('keeps rows and columns apart: (between rows, between columns) is (j, i)', async () => {
    const { volume } = onlyCt(await read(stack(3, () => ({ rows: 2, columns: 5, spacing: [0.5, 0.25] }))));
    expect(volume.size).toEqual([5, 2, 3]);
    expect(volume.affine.slice(0, 2)).toEqual([0.25, 0]);
    expect(volume.affine[5]).toBe(0.5);
  });

  it('lies where an oblique orientation puts it, within 1e-4 mm', async () => {
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
    const normal = [0, -s, c];
    const { volume } = onlyCt(
      await read(
        stack(4, (k) => ({ orientation: [1, 0, 0, 0, c, s], position: normal.map((v) => v * 2.5 * k) })),
      ),
    );
    const at = (i: number, j: number, k: number) =>
      [0, 1, 2].map(
        (r) =>
          volume.affine[4 * r]! * i +
          volume.affine[4 * r + 1]! * j +
          volume.affine[4 * r + 2]! * k +
          volume.affine[4 * r + 3]!,
      );
    const expected = [3, 2 * c - 3 * 2.5 * s, 2 * s + 3 * 2.5 * c];
    at(3, 2, 3).forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4);
    });
  });

  it('is rescaled slice by slice, signed and unsigned', async () => {
    const signed = onlyCt(
      await read(stack(2, (k) => ({ slope: k + 1, intercept: -10, pixels: new Int16Array(16).fill(-100) }))),
    );
    expect([signed.volume.voxels[0], signed.volume.voxels[16]]).toEqual([-110, -210]);
    const unsigned = onlyCt(
      await read(stack(2, () => ({ intercept: -1024, pixels: new Uint16Array(16).fill(33_000) }))),
    );
    expect(unsigned.volume.voxels[0]).toBe(33_000 - 1024);
  });

  it('has air where the scanner wrote padding, declared or not, and tissue where a header lies about it', async () => {
    const pixels = () => Int16Array.from({ length: 16 }, (_, i) => [-2000, 40, -1000, 1064][i % 4]!);
    const declared = onlyCt(
      await read(stack(2, () => ({ pixels: pixels(), intercept: -1024, padding: -2000 }))),
    );
    expect([...declared.volume.voxels.slice(0, 4)]).toEqual([-1024, -984, -1024, 40]);
    expect(declared.facts.notes.map((note) => note.code)).toEqual(['PADDING_TO_AIR']);
    const lying = onlyCt(await read(stack(2, () => ({ pixels: pixels(), intercept: -1024, padding: 1064 }))));
    expect(lying.volume.voxels[3]).toBe(40);
    expect(lying.facts.notes.map((note) => note.code)).toContain('PADDING_IGNORED');
  });

  it('is refused when a value does not fit in 16 bits', async () => {
    const { refused } = await read(stack(2, () => ({ slope: 100, pixels: new Int16Array(16).fill(3000) })));
    expect(refused[0]).toMatchObject({ code: 'FORMAT_UNSUPPORTED' });
  });

  it('is read the same from a deflated file', async () => {
    const plain = onlyCt(await read(stack(2)));
    const deflated = onlyCt(
      await read(stack(2, () => ({ syntax: '1.2.840.10008.1.2.1.99', deflate: true }))),
    );
    expect(deflated.digest).toBe(plain.digest);
  });
});

describe('a mixed folder', () => {
  it('gives one volume per series and per acquisition that shares the places of another', async () => {
    const files = [
      ...stack(3, () => ({ series: '1' })),
      ...stack(3, () => ({ series: '2', acquisition: 1 })),
      ...stack(3, (k) => ({ series: '2', acquisition: 2, pixels: new Int16Array(16).fill(50 + k) })),
    ];
    const result = await read(files);
    expect(result.refused).toEqual([]);
    expect(result.items.map((item) => (item as CtItem).volume.size[2])).toEqual([3, 3, 3]);
    expect(new Set(result.items.map((item) => (item as CtItem).seriesKey)).size).toBe(3);
    expect(new Set(result.items.map((item) => item.subject.studyKey)).size).toBe(1);
  });

  it('keeps the scout apart from the volume', async () => {
    const scout = ctSlice({
      imageType: 'ORIGINAL\\PRIMARY\\LOCALIZER',
      orientation: [0, 1, 0, 0, 0, -1],
      instance: 9,
    });
    const result = await read([...stack(3), scout]);
    expect(result.items).toHaveLength(1);
    expect(result.refused).toMatchObject([
      { code: 'FORMAT_UNSUPPORTED', message: expect.stringMatching(/localizer/) },
    ]);
  });

  it('reads what it can and lists what it cannot', async () => {
    const broken = stack(1, () => ({ series: '9' }))[0]!.subarray(0, 300);
    const result = await read([...stack(3), broken, new Uint8Array(0), new TextEncoder().encode('hello')]);
    expect(result.items).toHaveLength(1);
    expect(result.refused.map((one) => one.code).sort()).toEqual([
      'FORMAT_CORRUPT',
      'FORMAT_CORRUPT',
      'FORMAT_UNKNOWN',
    ]);
  });
});

describe('geometry that cannot be', () => {
  it.each<[string, (k: number) => CtSlice, RegExp]>([
    ['a missing slice', (k) => ({ position: [0, 0, 5 * (k < 3 ? k : k + 1)] }), /1 of 7 slices are missing/],
    ['mixed distances', (k) => ({ position: [0, 0, k * k] }), /slice distances differ/],
    ['two images at one place', (k) => ({ position: [0, 0, 5 * Math.min(k, 4)] }), /one place/],
    ['slices off the line', (k) => ({ position: [k === 2 ? 9 : 0, 0, 5 * k] }), /off the stack/],
    ['skewed directions', () => ({ orientation: [1, 0, 0, 0.5, 0.5, 0] }), /direction/],
    ['no direction', () => ({ orientation: [0, 0, 0, 0, 0, 0] }), /length of one/],
    ['a position that is no number', () => ({ position: [Number.NaN, 0, 0] }), /neither where/],
    ['no pixel size', () => ({ spacing: [0, 0] }), /pixel/],
  ])('is refused in words: %s', async (_, slice, message) => {
    const { items, refused } = await read(stack(6, slice));
    expect(items).toEqual([]);
    expect(refused).toMatchObject([
      { code: 'GEOMETRY_UNSUPPORTED', message: expect.stringMatching(message) },
    ]);
  });

  it('is not refused for positions printed to a tenth of a millimetre, and says so', async () => {
    const item = onlyCt(await read(stack(40, (k) => ({ position: [0, 0, Number((0.625 * k).toFixed(1))] }))));
    expect(item.volume.affine[10]).toBeCloseTo(0.625, 2);
    expect(item.facts.notes.map((note) => note.code)).toEqual(['SPACING_EVENED']);
  });

  it('is not split by cosines that differ in their rounding', async () => {
    const item = onlyCt(
      await read(stack(5, (k) => ({ orientation: [1, 0, 0, 0, 1, k % 2 ? 0.0024 : 0.0026] }))),
    );
    expect(item.volume.size[2]).toBe(5);
  });

  it('splits a series whose distance changes once into two volumes and says so', async () => {
    const result = await read(stack(12, (k) => ({ position: [0, 0, k < 6 ? 3 * k : 15 + 2 + 7 * (k - 6)] })));
    expect(result.refused).toEqual([]);
    expect(result.items.map((item) => (item as CtItem).volume.affine[10])).toEqual([3, 7]);
    for (const item of result.items)
      expect((item as CtItem).facts.notes[0]!.code).toBe('MIXED_SPACING_SPLIT');
  });
});

describe('gantry tilt', () => {
  it('is corrected so that a ball stays where it was in the patient', async () => {
    const tilt = (18.5 * Math.PI) / 180;
    const [c, s] = [Math.cos(tilt), Math.sin(tilt)];
    const centre = [16, 16, 20];
    const slice = (k: number): CtSlice => {
      const position = [0, 0, 2 * k];
      const pixels = new Int16Array(40 * 40);
      for (let j = 0; j < 40; j++)
        for (let i = 0; i < 40; i++) {
          const p = [position[0]! + i, position[1]! + c * j, position[2]! - s * j];
          const distance = Math.hypot(...p.map((value, axis) => value - centre[axis]!));
          pixels[i + 40 * j] = Math.round(1000 * Math.exp((-distance * distance) / 32)) - 1000;
        }
      return { rows: 40, columns: 40, orientation: [1, 0, 0, 0, c, -s], position, pixels };
    };
    const item = onlyCt(await read(stack(24, slice)));
    expect(item.facts.notes.map((note) => note.code)).toContain('TILT_CORRECTED');
    const { volume } = item;
    const [nx, ny, nz] = volume.size;
    const sum = [0, 0, 0, 0];
    for (let k = 0; k < nz; k++)
      for (let j = 0; j < ny; j++)
        for (let i = 0; i < nx; i++) {
          const weight = Math.max(0, volume.voxels[i + nx * (j + ny * k)]! + 900);
          sum[3]! += weight;
          for (let r = 0; r < 3; r++)
            sum[r]! +=
              weight *
              (volume.affine[4 * r]! * i +
                volume.affine[4 * r + 1]! * j +
                volume.affine[4 * r + 2]! * k +
                volume.affine[4 * r + 3]!);
        }
    centre.forEach((value, axis) => {
      expect(Math.abs(sum[axis]! / sum[3]! - value)).toBeLessThan(0.1); // a tenth of a pixel: interpolation
    });
    const dot = [0, 1, 2].reduce(
      (total, r) => total + volume.affine[4 * r + 1]! * volume.affine[4 * r + 2]!,
      0,
    );
    expect(Math.abs(dot)).toBeLessThan(1e-9);
  });
});

describe('who and when', () => {
  it('never leave the reader: no name, id, date, UID, description or private tag', async () => {
    const result = await read([
      ...stack(3),
      ctSlice({ modality: 'DX', series: '5' }),
      ctSlice({ modality: 'US', series: '6' }),
    ]);
    const told = JSON.stringify(result, (_, value: unknown) =>
      ArrayBuffer.isView(value) ? undefined : value,
    );
    for (const canary of canaries) expect(told).not.toContain(canary);
    expect(result.items.map((item) => item.kind).sort()).toEqual(['CT', 'XRAY']);
  });

  it('are keyed pseudonyms: equal for one patient and key, different under another key', async () => {
    const [a, b] = [onlyCt(await read(stack(2))), onlyCt(await read(stack(3, () => ({ study: '2' }))))];
    expect(b.subject.patientKey).toBe(a.subject.patientKey);
    expect(b.subject.studyKey).not.toBe(a.subject.studyKey);
    expect(b.subject.shiftedDay).toBe(a.subject.shiftedDay);
    expect(a.subject).toMatchObject({ sex: 'FEMALE', ageBand: 70 });
    expect(a.subject.shiftedDay).not.toBe('2021-06-30');
    expect(a.facts).toMatchObject({ modality: 'CT', bodyPart: 'CHEST' });
  });
});

describe('hostile files', () => {
  it.each(['1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.4.95', '1.2.840.10008.1.2.4.205'])(
    'stops a deflate bomb of transfer syntax %s at the cap',
    async (syntax) => {
      const bomb = deflateBomb(syntax, 96 << 20);
      const { refused } = await read([bomb], { ratioFloorBytes: 1 << 20, maxFileBytes: 8 << 20 });
      expect(refused).toMatchObject([{ code: 'LIMIT_EXCEEDED' }]);
    },
  );

  it('refuses a file cut at any byte, or reads what no byte of was lost', async () => {
    const whole = ctSlice({ position: [0, 0, 0] });
    for (let end = 133; end < whole.length; end += 11) {
      const { items, refused } = await read([whole.subarray(0, end)]);
      expect(items).toEqual([]);
      expect(refused[0]?.code).toMatch(/^(FORMAT_|NOT_AN_IMAGE)/);
    }
  });

  it.each([0, 1, 65_535])(
    'refuses a header that claims %i rows for 4 rows of pixels',
    async (rowsOverride) => {
      const { items, refused } = await read([ctSlice({ rowsOverride })]);
      // One row of pixels is there: fewer than stored is a smaller image, more is a lie.
      if (rowsOverride === 1) expect(items).toHaveLength(1);
      else expect(refused[0]!.code).toMatch(/FORMAT_CORRUPT|LIMIT_EXCEEDED/);
    },
  );

  it('refuses frames by the billion before allocating', async () => {
    const { refused } = await read([ctSlice(framesOf('2147483647'))]);
    expect(refused[0]!.code).toBe('LIMIT_EXCEEDED');
  });

  it('refuses compressed pixels in a syntax that this build does not read, by its name', async () => {
    const { refused } = await read([ctSlice({ syntax: '1.2.840.10008.1.2.4.201' })]);
    expect(refused[0]).toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringMatching(/High-Throughput/),
    });
  });
});

function framesOf(count: string): CtSlice {
  return { extra: (w: DicomWriter) => w.text(0x00280008, 'IS', count) };
}

describe('an X-ray', () => {
  const ramp = Int16Array.from({ length: 16 }, (_, i) => i * 100);
  const window = (w: DicomWriter) => {
    w.text(0x00281050, 'DS', '750');
    w.text(0x00281051, 'DS', '1501');
  };

  it('is windowed to [0, 1] and inverted when it is MONOCHROME1', async () => {
    const images: XrayItem['image'][] = [];
    for (const photometric of ['MONOCHROME2', 'MONOCHROME1']) {
      const result = await read([
        ctSlice({ modality: 'DX', photometric, pixels: ramp, spacing: [0.2, 0.1], extra: window }),
      ]);
      images.push((result.items[0] as XrayItem).image);
    }
    expect(images[0]!.spacingMm).toEqual([0.1, 0.2]);
    expect(images[0]!.pixels[15]).toBeGreaterThan(0.99);
    images[0]!.pixels.forEach((value, i) => {
      expect(value + images[1]!.pixels[i]!).toBeCloseTo(1, 6);
    });
  });

  it('says that burned-in text was not looked for', async () => {
    const result = await read([ctSlice({ modality: 'CR' })]);
    expect((result.items[0] as XrayItem).notes.map((note) => note.code)).toContain(
      'BURNED_IN_TEXT_NOT_CHECKED',
    );
  });
});
