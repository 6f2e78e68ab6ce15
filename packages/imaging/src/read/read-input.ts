// The one door for reading: a file, a folder or a zip -> volumes, X-rays, label maps and reports without anything
// that identifies a patient. Runs in the caller's process; hostile input belongs in readInIsolation.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '@tomograph/kernel';
import { readMeta } from '../mha/read-meta.js';
import { looksLikeNifti } from '../nifti/nifti-header.js';
import { readNifti } from '../nifti/read-nifti.js';
import { readNrrd } from '../nrrd/read-nrrd.js';
import { readTextReport } from '../report/read-text-report.js';
import { readRasterXray } from '../xray/read-raster.js';
import { collect, readHead, type SourceFile } from './collect.js';
import { gridItem } from './grid-item.js';
import { type FileKind, identify } from './identify.js';
import { inflateCapped } from './inflate.js';
import { defaultLimits } from './limits.js';
import { readBytes } from './read-bytes.js';
import { ReadContext } from './read-context.js';
import { readDicomFiles } from './read-dicom-files.js';
import { corrupt, refuse, unsupported } from './refuse.js';
import type { ReadOptions, ReadResult } from './result.js';

/**
 * Reads everything in `path`. What cannot be read is listed in `refused` with a code; the rest is read.
 * @throws AppError NOT_FOUND, CANCELLED, LIMIT_EXCEEDED (of the input as a whole)
 */
export async function readInput(path: string, options: ReadOptions): Promise<ReadResult> {
  const own = options.scratch === undefined;
  const scratch = options.scratch ?? (await mkdtemp(join(tmpdir(), 'tomograph-read-')));
  try {
    const limits = { ...defaultLimits, ...options.limits };
    const { files, refused } = await collect(resolve(path), resolve(scratch), limits);
    const context = new ReadContext(options, resolve(scratch), refused);
    context.progress('COLLECT', files.length, files.length);
    await readFiles(files, context);
    return { items: context.items, refused: context.refused };
  } catch (cause) {
    if (options.signal?.aborted) throw new AppError('CANCELLED', { message: 'reading was cancelled', cause });
    throw cause;
  } finally {
    if (own) await rm(scratch, { recursive: true, force: true });
  }
}

async function readFiles(files: readonly SourceFile[], context: ReadContext): Promise<void> {
  const kinds = new Map<SourceFile, FileKind>();
  for (const file of files) kinds.set(file, identify(await readHead(file.path), file.name));
  const dicom = files.filter((file) => kinds.get(file) === 'DICOM' && !file.isCompanion);
  const used = new Set<SourceFile>(dicom);
  await readDicomFiles(dicom, context);
  // Data files of pairs have no mark of their own: headers first, so that they are known by then.
  const rest = files.filter((file) => !used.has(file));
  const rank = (file: SourceFile) =>
    ['UNKNOWN', 'TEXT', 'EMPTY', 'GZIP'].includes(kinds.get(file)!) ? 1 : 0;
  for (const file of [...rest].sort((a, b) => rank(a) - rank(b) || dataLast(a) - dataLast(b))) {
    context.signal?.throwIfAborted();
    if (used.has(file) || file.isCompanion) continue;
    await context.attempt([file], () => readOne(file, kinds.get(file)!, files, used, context));
  }
}

/** .img and .raw come after the headers that name them. */
function dataLast(file: SourceFile): number {
  return /\.(img|raw|zraw)(\.gz)?$/i.test(file.name) ? 1 : 0;
}

async function readOne(
  file: SourceFile,
  kind: FileKind,
  files: readonly SourceFile[],
  used: Set<SourceFile>,
  context: ReadContext,
): Promise<void> {
  const beside = async (name: string): Promise<Uint8Array | undefined> => {
    const found = sibling(file, name, files);
    if (!found) return undefined;
    used.add(found);
    return readBytes(found.path);
  };
  const bytes = () => readBytes(file.path);
  switch (kind) {
    case 'NIFTI':
    case 'GZIP': {
      const data = await bytes();
      if (kind === 'GZIP') await checkGzip(data, file, context);
      const pair = () => imageOfPair(file, beside);
      context.items.push(gridItem(await readNifti(data, context.limits, pair), file, context));
      return;
    }
    case 'NRRD':
      context.items.push(gridItem(await readNrrd(await bytes(), context.limits, beside), file, context));
      return;
    case 'META':
      context.items.push(gridItem(await readMeta(await bytes(), context.limits, beside), file, context));
      return;
    case 'PNG':
    case 'JPEG':
      context.items.push(await readRasterXray(await bytes(), file.name, context));
      return;
    case 'TEXT':
      context.items.push(readTextReport(await bytes(), file, context));
      return;
    case 'TAR':
      return unsupported('a tar archive: send a zip or the files themselves');
    case 'ZIP':
      return unsupported('an archive inside an archive, which is not unpacked');
    case 'EMPTY':
      return corrupt('the file is empty');
    default:
      return refuse(
        'FORMAT_UNKNOWN',
        'no reader knows this file: DICOM, NIfTI, NRRD, MetaImage, PNG, JPEG, text and zip are read',
      );
  }
}

async function checkGzip(data: Uint8Array, file: SourceFile, context: ReadContext): Promise<void> {
  const head = await inflateCapped(data, {
    packing: 'gzip',
    wantBytes: 540,
    limits: context.limits,
    what: 'gzip',
  });
  if (looksLikeNifti(head)) return;
  if (/\.img\.gz$/i.test(file.name)) refuse('NOT_FOUND', 'voxels of a NIfTI pair without their .hdr file');
  if (/\.(nii|hdr)\.gz$/i.test(file.name)) corrupt('no NIfTI header inside the gzip');
  refuse('FORMAT_UNKNOWN', 'a gzip that holds no NIfTI');
}

async function imageOfPair(
  file: SourceFile,
  beside: (name: string) => Promise<Uint8Array | undefined>,
): Promise<Uint8Array | undefined> {
  const stem = file.name.slice(file.name.lastIndexOf('/') + 1).replace(/\.hdr(\.gz)?$/i, '');
  for (const ending of ['.img', '.img.gz', '.IMG']) {
    const found = await beside(stem + ending);
    if (found) return found;
  }
  return undefined;
}

/** A file of the same folder by its bare name: headers cannot reach anything that is not part of the input. */
function sibling(file: SourceFile, name: string, files: readonly SourceFile[]): SourceFile | undefined {
  if (name === '' || /[/\\]|^\.\.?$/.test(name)) return undefined;
  const folder = file.name.slice(0, file.name.lastIndexOf('/') + 1);
  return files.find((other) => other.name === folder + name && other !== file);
}
