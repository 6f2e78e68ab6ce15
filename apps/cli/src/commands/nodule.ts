// `tomograph nodule -i CT --at x,y,z`: what the shipped model says of the nodule at a point of a scan in files. Nothing is
// stored. A point that cannot be assessed is an answer too: its reason on stdout, exit code 0.

import { randomBytes } from 'node:crypto';
import { readInIsolation } from '@tomograph/imaging';
import { AppError, loadConfig, type NoduleAnswer } from '@tomograph/kernel';
import { assessNodule } from '@tomograph/models';
import { noduleAnswer, openShippedPare } from '@tomograph/worker';
import { Command } from 'commander';
import { assertReadable } from '../jobs/into-quarantine.js';
import { printJson, say } from '../output.js';

interface NoduleOptions {
  readonly input: string;
  readonly at: string;
  readonly json?: boolean;
}

export function noduleCommand(): Command {
  return new Command('nodule')
    .description('assess a lung nodule at a point: how likely radiologists would call it malignant, and why')
    .requiredOption('-i, --input <path>', 'a chest CT: NIfTI, NRRD, MHA, a DICOM folder or a zip')
    .requiredOption(
      '--at <x,y,z>',
      'a point within 5 mm of the nodule, LPS millimetres: --at=-57.4,131.2,-520.4',
    )
    .option('--json', 'print the whole answer as JSON')
    .action(nodule);
}

async function nodule(options: NoduleOptions): Promise<void> {
  const point = pointOf(options.at);
  await assertReadable(options.input);
  const config = loadConfig();
  const { items, refused } = await readInIsolation(options.input, {
    // nothing is stored: the pseudonyms of this run are for this run
    key: randomBytes(32),
    timeoutMs: 600_000,
  });
  const cts = items.flatMap((item) => (item.kind === 'CT' && item.facts.modality === 'CT' ? [item] : []));
  const [ct] = cts;
  if (ct === undefined || cts.length > 1) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `expected one CT in Hounsfield units, found ${cts.length}${refused[0] ? `: ${refused[0].message}` : ''}`,
    });
  }
  for (const { message } of ct.facts.notes) say(`note: ${message}`);
  await using pare = await openShippedPare(config.device);
  const started = performance.now();
  const answer = noduleAnswer(await assessNodule(pare, ct.volume, point), pare.model);
  const seconds = Math.round(performance.now() - started) / 1000;
  if (options.json) printJson({ model: pare.id, point, assessment: answer, seconds, researchUseOnly: true });
  else tell(answer);
  say(`${seconds.toFixed(2)} s; trained towards radiologists' ratings, not histology; research use only`);
}

function pointOf(text: string): [number, number, number] {
  const parts = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [x, y, z] = parts;
  if (parts.length === 3 && parts.every(Number.isFinite)) return [x!, y!, z!];
  throw new AppError('INVALID_ARGUMENT', {
    message: `--at is three numbers in LPS millimetres such as --at=-57.4,131.2,-520.4, got ${text}`,
  });
}

function tell(answer: NoduleAnswer): void {
  const print = (line: string): boolean => process.stdout.write(`${line}\n`);
  if (answer.kind === 'REFUSED') {
    print(`refused  ${answer.reason}  ${answer.message}`);
    return;
  }
  const percent = (p: number): string => `${(100 * p).toFixed(0)} %`;
  const [low, high] = answer.interval;
  print(`malignant  ${percent(answer.probability)}  (90 % interval ${percent(low)} to ${percent(high)})`);
  print(
    `size       ${answer.ballDiameterMm.toFixed(1)} mm by volume, axial ${answer.diameterMm.toFixed(1)} × ${answer.shortDiameterMm.toFixed(1)} mm`,
  );
  for (const [name, value] of Object.entries(answer.attributes))
    print(`${name.padEnd(14)} ${name === 'calcification' ? percent(value) : `${value.toFixed(1)} of 5`}`);
  for (const { id, outcome, diameterMm, distance } of answer.nearest)
    print(
      `like       ${outcome.toLowerCase()} nodule #${id}, ${diameterMm.toFixed(1)} mm, distance ${distance.toFixed(2)}`,
    );
  for (const { member, index, outcome, weight } of answer.prototypes.slice(0, 4))
    print(`recalled   ${outcome.toLowerCase()} prototype ${member}.${index}, ${percent(weight)}`);
  for (const { code, message } of answer.warnings) print(`warning    ${code}  ${message}`);
}
