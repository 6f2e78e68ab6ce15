// `tomograph segment -i IN -o OUT --task a,b`: one CT from a file or folder through tasks into files. Nothing is stored;
// cases of the installation are segmented by jobs (API, web).
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readInIsolation, writeDicomSeg, writeNifti, writeNiftiGz } from '@tomograph/imaging';
import { AppError, sha256 } from '@tomograph/kernel';
import { holdTasks, resolveTasks, segmentVolume, type VolumeSegmentation } from '@tomograph/worker';
import { Command, Option } from 'commander';
import { assertReadable } from '../jobs/into-quarantine.js';
import { printJson, progressBar, say } from '../output.js';
import { openLocalModels } from './registry/open-models.js';

interface SegmentOptions {
  readonly input: string;
  readonly output: string;
  readonly task: string;
  readonly device?: 'cpu' | 'gpu' | 'cuda' | 'webgpu';
  readonly json?: boolean;
}

export function segmentCommand(): Command {
  return new Command('segment')
    .description(
      'segment a CT: a label map (.nii.gz), a DICOM SEG (.dcm), or a folder with both and the volumes',
    )
    .requiredOption('-i, --input <path>', 'NIfTI, NRRD, MHA, a DICOM folder or a zip')
    .requiredOption('-o, --output <path>', 'ends with .nii.gz, .nii or .dcm, or is a folder')
    .requiredOption('-t, --task <names>', 'comma-separated: spleen,kidneys@challenger,pancreas/2,base')
    .addOption(
      new Option('-d, --device <name>', 'default DEVICE, or cpu').choices(['cpu', 'gpu', 'cuda', 'webgpu']),
    )
    .option('--json', 'print structures, volumes and conflicts as JSON')
    .action(segmentFile);
}

async function segmentFile(options: SegmentOptions): Promise<void> {
  const { input, output } = options;
  await assertReadable(input);
  const names = options.task.split(',').filter((name) => name.trim() !== '');
  const device = options.device === 'gpu' ? 'cuda' : options.device;
  await using opened = await openLocalModels(device === undefined ? {} : { device });
  const { registry, house } = opened.models;
  const bar = progressBar('segment');
  try {
    const { base, rows } = await resolveTasks(registry, names);
    bar.update(0, 'reading');
    const volume = await readCt(input, opened.local.database.secrets.pseudonymKey);
    const session = await house.base(base);
    const tasks = await holdTasks(house, rows);
    const needsSegments = !/\.nii(\.gz)?$/i.test(output);
    const found = await segmentVolume(volume, session, tasks, {
      withSegments: needsSegments,
      onProgress: (fraction, step) => bar.update(fraction, step),
    });
    const files = await writeFiles(found, output);
    bar.stop();
    tell(found, files, options.json === true);
  } finally {
    bar.stop();
  }
}

async function readCt(path: string, key: Uint8Array) {
  const { items, refused } = await readInIsolation(path, { key, timeoutMs: 600_000 });
  const cts = items.flatMap((item) => (item.kind === 'CT' && item.facts.modality === 'CT' ? [item] : []));
  if (cts.length === 1) {
    for (const { message } of cts[0]!.facts.notes) say(`note: ${message}`);
    return cts[0]!.volume;
  }
  const [why] = refused;
  throw new AppError('INVALID_ARGUMENT', {
    message:
      cts.length > 1
        ? `${path} holds ${cts.length} CT series: give one of them`
        : `${path} holds no CT in Hounsfield units${why === undefined ? '' : `: ${why.message}`}`,
  });
}

async function writeFiles(found: VolumeSegmentation, output: string): Promise<string[]> {
  const dicom = () => {
    if (found.segments.length === 0) return undefined;
    const { segmentsGrid: grid, segments } = found;
    const content = sha256(new Uint8Array(found.labels.voxels.buffer));
    return writeDicomSeg({ grid, segments, content });
  };
  const write = async (path: string, bytes: Uint8Array): Promise<string> => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    return path;
  };
  if (/\.nii\.gz$/i.test(output)) return [await write(output, await writeNiftiGz(found.labels))];
  if (/\.nii$/i.test(output)) return [await write(output, writeNifti(found.labels))];
  if (/\.dcm$/i.test(output)) {
    const bytes = dicom();
    if (bytes !== undefined) return [await write(output, bytes)];
    throw new AppError('NOT_FOUND', { message: 'no structure was found: a DICOM SEG cannot be empty' });
  }
  const files = [await write(join(output, 'segmentation.nii.gz'), await writeNiftiGz(found.labels))];
  const bytes = dicom();
  if (bytes !== undefined) files.push(await write(join(output, 'segmentation.dcm'), bytes));
  const text = `${JSON.stringify(reportOf(found), null, 2)}\n`;
  files.push(await write(join(output, 'structures.json'), new TextEncoder().encode(text)));
  return files;
}

function reportOf({ structures, tasks, conflicts, geometryDigest, gridSpacingMm }: VolumeSegmentation) {
  return { structures, tasks, conflicts, geometryDigest, gridSpacingMm, researchUseOnly: true };
}

function tell(found: VolumeSegmentation, files: readonly string[], asJson: boolean): void {
  if (asJson) printJson({ files, ...reportOf(found) });
  else {
    for (const { value, name, volumeMl, task } of found.structures) {
      process.stdout.write(
        `${String(value).padStart(4)}  ${volumeMl.toFixed(1).padStart(9)} mL  ${name}  ${task}\n`,
      );
    }
  }
  for (const { task, outcome } of found.tasks) {
    if (outcome === 'SKIPPED')
      say(`${task} was skipped: the scan shows no part of the body that it was taught on`);
  }
  const { voxels, pairs } = found.conflicts;
  if (voxels > 0) {
    const worst = pairs.slice(0, 3).map(({ organs, voxels: n }) => `${organs.join(' and ')} (${n})`);
    say(
      `${voxels} voxels were claimed by two structures: ${worst.join(', ')}; the more confident one has them`,
    );
  }
  say(`written: ${files.join(', ')}; research use only`);
}
