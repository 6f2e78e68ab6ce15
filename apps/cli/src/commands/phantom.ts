// `tomograph phantom --seed 7 --size 96 -o DIR`: one phantom with its whole truth as files.
import { Command } from 'commander';
import { wholeNumber } from '../options.js';
import { printJson, progressBar, say } from '../output.js';
import { writePhantom } from './write-phantom.js';

interface PhantomOptions {
  readonly seed: string;
  readonly size: string;
  readonly output: string;
  readonly dicom?: boolean;
  readonly json?: boolean;
}

export function phantomCommand(): Command {
  return new Command('phantom')
    .description('write a computed body: CT, labels, X-ray, report and truth')
    .option('--seed <n>', 'which body', '1')
    .option('--size <n>', 'voxels along each axis, 32 to 512', '96')
    .requiredOption('-o, --output <dir>', 'new folder to write into, or one that this command wrote')
    .option('--dicom', 'CT as a DICOM series and X-rays as DICOM, instead of NIfTI and PNG')
    .option('--json', 'print the manifest as JSON')
    .action(phantom);
}

async function phantom(options: PhantomOptions): Promise<void> {
  const seed = wholeNumber('--seed', options.seed, 0, 2 ** 31 - 1);
  const size = wholeNumber('--size', options.size, 32, 512);
  const bar = progressBar(`phantom ${seed}`);
  try {
    const rendering = { size, dicom: options.dicom === true };
    const { manifest, files } = await writePhantom(seed, rendering, options.output, (share, doing) =>
      bar.update(share, doing),
    );
    bar.stop();
    if (options.json) printJson({ directory: options.output, files, manifest });
    else say(`${files.length} files written to ${options.output}; research use only`);
  } finally {
    bar.stop();
  }
}
