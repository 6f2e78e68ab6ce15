// A phantom as files: what `tomograph phantom` writes. The phantom computes, imaging's writers write; the files say in words
// that they are synthetic. Not a reader.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng, writeNiftiGz } from '@tomograph/imaging';
import { AppError } from '@tomograph/kernel';
import {
  encodeCtSeries,
  encodeXray,
  manifestOf,
  organLabels,
  type Phantom,
  type PhantomManifest,
  type RenderOptions,
  render,
  renderXray,
  truthOf,
} from '@tomograph/phantom';

export interface WriteOptions extends RenderOptions {
  /** The scan as a DICOM series and the X-rays as CR images, instead of NIfTI and PNG. */
  readonly dicom?: boolean;
}

export interface WrittenPhantom {
  readonly manifest: PhantomManifest;
  /** Relative paths. */
  readonly files: readonly string[];
}

/** Everything that a call may write, whatever its options: what an earlier call left is removed first. */
const ours = [
  'ct.nii.gz',
  'mr.nii.gz',
  'labels.nii.gz',
  'airways.nii.gz',
  'vessels.nii.gz',
  'instances.nii.gz',
  'series',
  'xray-ap.png',
  'xray-lateral.png',
  'xray-ap.dcm',
  'xray-lateral.dcm',
  'report.txt',
  'truth.json',
  'labels.json',
  'manifest.json',
];

/**
 * Renders and writes; creates `directory`. A folder that an earlier call filled is written anew. `onProgress` gets a share
 * 0..1 and what is being done.
 * @throws AppError INVALID_ARGUMENT for a folder with other things in it, or a path that cannot be a folder
 */
export async function writePhantom(
  seed: number,
  options: WriteOptions,
  directory: string,
  onProgress: (share: number, doing: string) => void = () => {},
): Promise<WrittenPhantom> {
  const { dicom = false, ...rendering } = options;
  await prepare(directory);
  const phantom = render(seed, {
    ...rendering,
    onProgress: (done, of) => onProgress((0.8 * done) / of, 'rendering'),
  });
  const files: string[] = [];
  const write = async (path: string, data: Uint8Array | string) => {
    await mkdir(join(directory, path, '..'), { recursive: true });
    await writeFile(join(directory, path), data);
    files.push(path);
    onProgress(Math.min(0.99, 0.8 + 0.01 * files.length), path);
  };
  await writeImages(phantom, dicom, write);
  for (const name of ['labels', 'airways', 'vessels', 'instances'] as const)
    await write(`${name}.nii.gz`, await writeNiftiGz(phantom[name]));
  await write('report.txt', phantom.report.text);
  await write('truth.json', `${JSON.stringify(truthOf(phantom))}\n`);
  await write('labels.json', `${JSON.stringify(organLabels, null, 1)}\n`);
  const manifest = manifestOf(phantom);
  await write('manifest.json', `${JSON.stringify(manifest, null, 1)}\n`);
  onProgress(1, 'done');
  return { manifest, files };
}

async function prepare(directory: string): Promise<void> {
  let entries: string[];
  try {
    await mkdir(directory, { recursive: true });
    entries = await readdir(directory);
  } catch (cause) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `--output ${directory} cannot be made a folder: choose a path that does not exist yet and may be written`,
      cause,
    });
  }
  const other = entries.find((entry) => !ours.includes(entry));
  if (other !== undefined) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `--output ${directory} holds ${other}, which no phantom wrote: choose a new or empty folder`,
    });
  }
  for (const entry of entries) await rm(join(directory, entry), { recursive: true });
}

type Write = (path: string, data: Uint8Array | string) => Promise<void>;

async function writeImages(phantom: Phantom, dicom: boolean, write: Write): Promise<void> {
  const isCt = phantom.modality === 'ct';
  if (!dicom) await write(isCt ? 'ct.nii.gz' : 'mr.nii.gz', await writeNiftiGz(phantom.volume));
  else {
    const slices = encodeCtSeries(phantom);
    for (const [k, bytes] of slices.entries()) await write(`series/${String(k).padStart(4, '0')}.dcm`, bytes);
  }
  if (!isCt) return;
  for (const view of ['AP', 'LATERAL'] as const) {
    const { display } = renderXray(phantom, { view, width: 512, height: 512 });
    const name = `xray-${view.toLowerCase()}`;
    if (dicom) await write(`${name}.dcm`, encodeXray(phantom, view, display));
    else await write(`${name}.png`, await encodePng(display));
  }
}
