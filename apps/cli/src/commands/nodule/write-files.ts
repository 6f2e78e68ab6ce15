// What a command writes of assessed nodules: a label map on the grid of the scan, a DICOM SEG, a measurement report.
import { open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  axisView,
  type CtItem,
  maskOnGrid,
  type SegSource,
  sourceReference,
  uidFrom,
  writeNifti,
  writeNiftiGz,
} from '@tomograph/imaging';
import { AppError, canonicalJson, type Sha256, sha256 } from '@tomograph/kernel';
import { type FoundNodule, noduleDicom } from '@tomograph/worker';
import { say } from '../../output.js';

export interface WantedFiles {
  readonly mask?: string;
  readonly seg?: string;
  readonly sr?: string;
}

export interface AssessedScan {
  /** As the caller named it: a file, a folder or a zip. */
  readonly input: string;
  readonly ct: CtItem;
  readonly nodules: readonly FoundNodule[];
  readonly model: { readonly name: string; readonly digest: Sha256 };
}

/** @throws AppError INVALID_ARGUMENT for an ending that is none of these files */
export function checkEndings({ mask, seg, sr }: WantedFiles): void {
  if (mask !== undefined && !/\.nii(\.gz)?$/i.test(mask)) throw wrongEnding('--mask', '.nii.gz or .nii');
  for (const [option, path] of [
    ['--seg', seg],
    ['--sr', sr],
  ] as const)
    if (path !== undefined && !/\.dcm$/i.test(path)) throw wrongEnding(option, '.dcm');
}

/** Nothing is written where no nodule was assessed. @returns paths */
export async function writeNoduleFiles(scan: AssessedScan, wanted: WantedFiles): Promise<string[]> {
  const { ct, nodules, model } = scan;
  if (nodules.length === 0) return [];
  const written: string[] = [];
  const put = async (path: string | undefined, bytes: Uint8Array | null): Promise<void> => {
    if (path === undefined || bytes === null) return;
    await writeFile(path, bytes);
    written.push(path);
  };
  if (wanted.mask !== undefined) {
    const labels = labelMap(scan);
    await put(wanted.mask, await (/\.gz$/i.test(wanted.mask) ? writeNiftiGz(labels) : writeNifti(labels)));
  }
  if (wanted.seg === undefined && wanted.sr === undefined) return written;
  const { size, affine } = ct.volume;
  const content = sha256(
    canonicalJson({
      scan: ct.digest,
      model: model.digest,
      nodules: nodules.map(({ answer }) => answer.centre),
    }),
  );
  const { seg, sr } = noduleDicom(nodules, {
    grid: { size, affine },
    source: await sourceOf(scan),
    model,
    content,
  });
  await put(wanted.seg, seg);
  await put(wanted.sr, sr);
  return written;
}

/** Nodule n has the value n. */
function labelMap({ ct, nodules }: AssessedScan) {
  const { size, affine } = ct.volume;
  const voxels = new Uint16Array(ct.volume.voxels.length);
  for (const [n, { mask }] of nodules.entries()) {
    const drawn = maskOnGrid(mask, { size, affine });
    if (drawn === undefined) continue;
    const [nx, ny] = drawn.size;
    drawn.voxels.forEach((inside, at) => {
      if (inside === 0) return;
      const [i, j, k] = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))];
      voxels[drawn.low[0] + i + size[0] * (drawn.low[1] + j + size[1] * (drawn.low[2] + k))] = n + 1;
    });
  }
  return { size, affine, voxels };
}

/** The series itself where the input is its DICOM files; else UIDs made of the content, so that equal scans agree. */
async function sourceOf({ input, ct }: AssessedScan): Promise<SegSource> {
  const upright = axisView(ct.volume, 'LPS');
  const known = await sourceReference(filesOf(input, ct.sources), upright).catch(() => undefined);
  if (known !== undefined) return known;
  say('note: the DICOM files of the scan are not at hand: the report names it by its content');
  return {
    studyUid: uidFrom('study', ct.digest),
    seriesUid: uidFrom('series', ct.digest),
    frameOfReferenceUid: uidFrom('frame', ct.digest),
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUids: [],
  };
}

/** Only headers are needed: the first megabyte of a file holds them. */
async function* filesOf(input: string, sources: readonly string[]): AsyncGenerator<Uint8Array> {
  const isFolder = (await stat(input)).isDirectory();
  for (const source of sources) {
    const handle = await open(isFolder ? join(input, source) : input);
    try {
      const { size } = await handle.stat();
      const bytes = new Uint8Array(Math.min(size, 4 << 20));
      await handle.read(bytes, 0, bytes.length, 0);
      yield bytes;
    } finally {
      await handle.close();
    }
  }
}

function wrongEnding(option: string, endings: string): AppError {
  return new AppError('INVALID_ARGUMENT', { message: `${option} names a file that ends with ${endings}` });
}
