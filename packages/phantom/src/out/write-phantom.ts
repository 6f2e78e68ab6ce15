// A phantom as files: what `tomograph phantom` writes. The files say in words that they are synthetic.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { organLabels } from '../body/labels.js';
import { type Phantom, type RenderOptions, render, renderXray } from '../render.js';
import { encodeCtSeries, encodeXray } from './dicom.js';
import { manifestOf, type PhantomManifest, truthOf } from './manifest.js';
import { encodeNifti } from './nifti.js';
import { encodePng } from './png.js';

export interface WriteOptions extends RenderOptions {
  /** A CT series and CR images instead of NIfTI and PNG. */
  readonly dicom?: boolean;
}

export interface WrittenPhantom {
  readonly manifest: PhantomManifest;
  /** Relative paths. */
  readonly files: readonly string[];
}

/** Renders and writes; creates `directory`. `onProgress` gets a share 0..1 and what is being done. */
export async function writePhantom(
  seed: number,
  options: WriteOptions,
  directory: string,
  onProgress: (share: number, doing: string) => void = () => {},
): Promise<WrittenPhantom> {
  const { dicom = false, ...rendering } = options;
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
  for (const name of ['labels', 'airways', 'vessels', 'instances'] as const) {
    await write(`${name}.nii.gz`, encodeNifti(phantom[name], phantom[name].voxels));
  }
  if (phantom.phi !== undefined) {
    await write('phi-forward.nii.gz', encodeNifti(phantom.phi.grid, phantom.phi.forward, 3));
    await write('phi-inverse.nii.gz', encodeNifti(phantom.phi.grid, phantom.phi.inverse, 3));
  }
  await write('report.txt', phantom.report.text);
  await write('truth.json', `${JSON.stringify(truthOf(phantom))}\n`);
  await write('labels.json', `${JSON.stringify(organLabels, null, 1)}\n`);
  const manifest = manifestOf(phantom);
  await write('manifest.json', `${JSON.stringify(manifest, null, 1)}\n`);
  onProgress(1, 'done');
  return { manifest, files };
}

type Write = (path: string, data: Uint8Array | string) => Promise<void>;

async function writeImages(phantom: Phantom, dicom: boolean, write: Write): Promise<void> {
  const isCt = phantom.modality === 'ct';
  if (!dicom)
    await write(isCt ? 'ct.nii.gz' : 'mr.nii.gz', encodeNifti(phantom.volume, phantom.volume.voxels));
  else {
    const slices = encodeCtSeries(phantom);
    for (const [k, bytes] of slices.entries()) await write(`series/${String(k).padStart(4, '0')}.dcm`, bytes);
  }
  if (!isCt) return;
  for (const view of ['AP', 'LATERAL'] as const) {
    const { display } = renderXray(phantom, { view, width: 512, height: 512 });
    const name = `xray-${view.toLowerCase()}`;
    if (dicom) await write(`${name}.dcm`, encodeXray(phantom, view, display));
    else {
      const bytes = Uint8Array.from(display.pixels, (v) => Math.round(255 * v));
      await write(`${name}.png`, encodePng(display.width, display.height, bytes));
    }
  }
}
