// Real scans of the shared data: what is read has the size, place and values that their sources state.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFindings, splitSentences } from '@tomograph/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedData } from '../../../../tests/shared-data.js';
import { openDicom } from '../dicom/open-dicom.js';
import { readStoredFrames } from '../dicom/pixels.js';
import type { Affine, Volume } from '../volume.js';
import { defaultLimits } from './limits.js';
import { readBytes } from './read-bytes.js';
import { labelsFromBytes, volumeFromBytes } from './read-grid.js';
import { readInput } from './read-input.js';
import type { CtItem, ReadResult, ReportItem, XrayItem } from './result.js';

const key = new Uint8Array(32).fill(5);
const shared = (...parts: string[]) => sharedData(...parts)!;
const isAbsent = sharedData('ct_lidc0314') === undefined;
let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'imaging-test-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const volumes = (result: ReadResult) => result.items.filter((item): item is CtItem => item.kind === 'CT');

/** HU at a place in the patient, nearest voxel; the grids here are upright. */
function huAt(volume: Volume, pointLps: readonly number[]): number {
  const index = [0, 1, 2].map((axis) =>
    Math.round((pointLps[axis]! - volume.affine[4 * axis + 3]!) / volume.affine[5 * axis]!),
  );
  return volume.voxels[index[0]! + volume.size[0] * (index[1]! + volume.size[1] * index[2]!)]!;
}

describe.skipIf(isAbsent)('real CT', () => {
  it('LIDC 0314: 138 JPEG-LS slices, with soft tissue where the nodule is and lung around it', async () => {
    const result = await readInput(shared('ct_lidc0314', 'dicom'), { key });
    expect(result.refused).toEqual([]);
    const { volume, facts } = volumes(result)[0]!;
    expect(volume.size).toEqual([512, 512, 138]);
    expect(facts).toMatchObject({ modality: 'CT', bodyPart: 'CHEST' });
    expect(facts.spacingMm.map((value) => Number(value.toFixed(4)))).toEqual([0.7813, 0.7813, 2]);
    const nodule = [-57.4, 131.2, -520.4];
    expect(huAt(volume, nodule)).toBeGreaterThan(-100);
    expect(huAt(volume, nodule)).toBeLessThan(150);
    const around = [-30, 30].map((step) => huAt(volume, [nodule[0]! + step, nodule[1]!, nodule[2]!]));
    expect(Math.min(...around)).toBeLessThan(-700);
  }, 60_000);

  it('CRLM: padding of -3024 is air, the slices are 5 mm apart', async () => {
    const { volume, facts } = volumes(
      await readInput(shared('ct_crlm_abdomen', 'CRLM-CT-1004'), { key }),
    )[0]!;
    expect(volume.size).toEqual([512, 512, 41]);
    expect(volume.affine[10]).toBeCloseTo(5, 6);
    expect(volume.voxels.reduce((low, value) => Math.min(low, value), 0)).toBe(-1024);
    expect(facts.notes.map((note) => note.code)).toContain('PADDING_TO_AIR');
  }, 30_000);

  it('CIP ct-64: NRRD and DICOM of one scan agree in place and in every voxel', async () => {
    const nrrd = await volumeFromBytes(await readBytes(shared('ct_cip_chest', 'ct-64.nrrd')));
    const { volume } = volumes(await readInput(shared('ct_cip_chest', 'ct-64Dicom'), { key }))[0]!;
    expect(volume.size).toEqual(nrrd.size);
    expect(maxDifference(volume.affine, nrrd.affine)).toBeLessThan(0.01); // DICOM prints six digits
    expect(maxDifference(volume.voxels, nrrd.voxels)).toBe(0);
  });

  it('TotalSegmentator: DICOM and its label map share the patient, MR is no CT', async () => {
    const { volume } = volumes(await readInput(shared('ct_totalseg', 'example_ct_dicom'), { key }))[0]!;
    const labels = await labelsFromBytes(await readBytes(shared('ct_totalseg', 'example_seg_dicom.nii.gz')));
    expect(labels.size).toEqual(volume.size);
    // The label map runs the other way along j: its last row lies on the CT's first.
    expect(labels.affine[7]! + labels.affine[5]! * (labels.size[1] - 1)).toBeCloseTo(volume.affine[7]!, 3);
    const [mr] = volumes(await readInput(shared('ct_totalseg', 'example_mr_sm.nii.gz'), { key }));
    expect(mr!.facts.modality).toBe('OTHER');
  });

  it('RICORD and elastix: NIfTI and MetaImage chests are CT in HU', async () => {
    const [chest] = volumes(await readInput(shared('ct_ricord_chest', 'MIDRC-RICORD-1B'), { key }));
    expect([chest!.facts.modality, ...chest!.volume.size]).toEqual(['CT', 147, 147, 137]);
    const lung = await volumeFromBytes(
      await readBytes(shared('ctct_elastix_lung', 'Testing', 'Baselines', '3DCT_lung.mha')),
    );
    expect(lung.size).toEqual([115, 157, 129]);
  });

  it('geometry edge: tilt corrected, mixed spacing split, scouts and DICOMDIR named', async () => {
    const result = await readInput(shared('ct_geometry_edge', 'In'), { key });
    expect(volumes(result).map((item) => item.facts.notes.map((note) => note.code))).toEqual([
      ['MIXED_SPACING_SPLIT', 'TILT_CORRECTED', 'PADDING_TO_AIR'],
      ['MIXED_SPACING_SPLIT', 'TILT_CORRECTED', 'PADDING_TO_AIR'],
    ]);
    expect(volumes(result)[0]!.facts.notes[1]!.message).toMatch(/18\.5 degrees/);
    expect(result.refused.filter((one) => /localizer/.test(one.message))).toHaveLength(4);
    expect(result.refused.filter((one) => /DICOMDIR/.test(one.message))).toHaveLength(3);
  });
});

describe.skipIf(isAbsent)('transfer syntaxes', () => {
  const frames = async (name: string) => {
    const file = await openDicom(await readBytes(shared('dicom_syntaxes', name)), defaultLimits);
    return { file, ...(await readStoredFrames(file, defaultLimits, scratch)) };
  };

  it.each([
    [
      'CT1',
      [
        'WG04/REF/CT1_UNC',
        'WG04/J2KR/CT1_J2KR',
        'WG04/JLSL/CT1_JLSL',
        'WG04/JPLL/CT1_JPLL',
        'WG04/RLE/CT1_RLE',
      ],
    ],
    [
      'NM1',
      [
        'WG04/REF/NM1_UNC',
        'WG04/J2KR/NM1_J2KR',
        'WG04/JLSL/NM1_JLSL',
        'WG04/JPLL/NM1_JPLL',
        'WG04/RLE/NM1_RLE',
        'JPEG-LL.dcm',
      ],
    ],
    ['693', ['693_UNCR.dcm', '693_J2KR.dcm']],
    [
      'MR_small',
      [
        'MR_small.dcm',
        'MR_small_RLE.dcm',
        'MR_small_expb.dcm',
        'MR_small_implicit.dcm',
        'MR_small_jp2klossless.dcm',
        'MR_small_jpeg_ls_lossless.dcm',
      ],
    ],
    [
      'emri',
      [
        'emri_small.dcm',
        'emri_small_RLE.dcm',
        'emri_small_big_endian.dcm',
        'emri_small_jpeg_ls_lossless.dcm',
      ],
    ],
  ])('%s has the same pixel values in every lossless encoding', async (_, names) => {
    const reference = (await frames(names[0]!)).frames;
    for (const name of names.slice(1)) {
      const other = await frames(name);
      expect(other.file.syntax.lossy, name).toBe(false);
      expect(other.frames, name).toHaveLength(reference.length);
      other.frames.forEach((frame, i) => {
        expect(maxDifference(frame, reference[i]!), name).toBe(0);
      });
    }
  });

  it.each([
    ['WG04/JLSN/CT1_JLSN', 'WG04/REF/CT1_UNC', 4],
    ['WG04/JPLY/NM1_JPLY', 'WG04/REF/NM1_UNC', 40],
  ])('%s, with loss, is near the original', async (lossy, original, tolerance) => {
    const [a, b] = [await frames(lossy), await frames(original)];
    expect(maxDifference(a.frames[0]!, b.frames[0]!)).toBeLessThanOrEqual(tolerance);
  });

  it('an enhanced multi-frame file and its single slices are one volume', async () => {
    const result = await readInput(shared('dicom_syntaxes', 'dicom_enhanced'), { key });
    const sizes = volumes(result).map((item) => item.volume.size[2]);
    expect(sizes.sort()).toEqual([6, 7]);
    expect(result.refused.filter((one) => !one.source.endsWith('.md'))).toEqual([]);
  });
});

describe.skipIf(isAbsent)('X-rays and reports', () => {
  it('80 pictures of cxr_covid_notes are read or refused, all in [0, 1]', async () => {
    const result = await readInput(shared('cxr_covid_notes', 'images'), { key });
    const images = result.items.filter((item): item is XrayItem => item.kind === 'XRAY');
    expect(images).toHaveLength((await readdir(shared('cxr_covid_notes', 'images'))).length);
    for (const { image } of images) {
      let [low, high] = [1, 0];
      for (const value of image.pixels) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
    }
  }, 60_000);

  it('MONOCHROME1 chest X-rays have bright bones and dark lungs', async () => {
    const { items } = await readInput(shared('dicom_syntaxes', 'RG1_J2KI.dcm'), { key });
    const xray = items[0] as XrayItem;
    expect(xray).toMatchObject({ kind: 'XRAY', modality: 'CR', bodyPart: 'CHEST', view: 'PA' });
  });

  it('structured reports are text without names or dates', async () => {
    const { items } = await readInput(shared('dicom_sr_seg_rt'), { key });
    const reports = items.filter((item): item is ReportItem => item.kind === 'REPORT');
    expect(reports.length).toBeGreaterThanOrEqual(6);
    const measured = reports.find((item) => item.sources[0]!.endsWith('sr-example/sr.dcm'))!;
    expect(measured.report.text).toMatch(/SUVbw: 6\.01529/);
    for (const { report } of reports) expect(report.text).not.toMatch(/\b(19|20)\d{6}\b|\d+(\.\d+){5,}/);
  });
});

describe.skipIf(isAbsent)('findings of real reports', () => {
  it('agree with the 18 labels of CT-RATE on the half that no rule was tuned on: micro F1 ≥ 0.87', async () => {
    const [header, ...rows] = parseCsv(await readFile(shared('reports_ctrate_labels', 'train.csv'), 'utf8'));
    const other: Record<string, string> = {
      'Coronary artery wall calcification': 'CORONARY_CALCIFICATION',
      'Mosaic attenuation pattern': 'MOSAIC_ATTENUATION',
    };
    let [hit, wrong, missed] = [0, 0, 0];
    for (const row of rows.slice(rows.length / 2)) {
      const found = new Set(
        splitSentences(row[1]!).flatMap((sentence) =>
          findFindings(sentence)
            .filter((one) => one.polarity !== 'ABSENT')
            .map((one) => one.code),
        ),
      );
      header!.slice(2).forEach((label, i) => {
        const code = other[label] ?? label.toUpperCase().replaceAll(' ', '_');
        const [said, is] = [found.has(code), row[i + 2] === '1'];
        if (said && is) hit++;
        else if (said) wrong++;
        else if (is) missed++;
      });
    }
    expect((2 * hit) / (2 * hit + wrong + missed)).toBeGreaterThan(0.87);
  });

  it('of X-rays called normal are absent: at most 3 % of 1,000 sentences affirm effusion, pneumothorax or consolidation', async () => {
    const [header, ...rows] = parseCsv(await readFile(shared('reports_iuxray', 'reports.csv'), 'utf8'));
    const [problems, findings] = [header!.indexOf('Problems'), header!.indexOf('findings')];
    const normal = rows.filter((row) => row[problems] === 'normal' && row[findings]).slice(0, 600);
    const codes = new Set(['PLEURAL_EFFUSION', 'PNEUMOTHORAX', 'CONSOLIDATION', 'CARDIOMEGALY']);
    const mentions = normal
      .flatMap((row) => splitSentences(row[findings]!).flatMap(findFindings))
      .filter((one) => codes.has(one.code));
    expect(mentions.length).toBeGreaterThan(1000);
    const affirmed = mentions.filter((one) => one.polarity === 'PRESENT').length;
    expect(affirmed / mentions.length).toBeLessThan(0.03);
  });
});

function maxDifference(a: ArrayLike<number> | Affine, b: ArrayLike<number>): number {
  let worst = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  return worst;
}

function parseCsv(text: string): string[][] {
  const cells = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/g;
  const rows: string[][] = [[]];
  for (const [, cell, end] of text.matchAll(cells)) {
    rows.at(-1)!.push(cell!.startsWith('"') ? cell!.slice(1, -1).replaceAll('""', '"') : cell!);
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
}
