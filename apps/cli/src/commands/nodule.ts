// `tomograph nodule -i CT --at x,y,z`: what the shipped model says of nodules at places of a scan in files. Nothing is
// stored. A place that cannot be assessed is an answer too: its reason on stdout, exit code 0.

import { randomBytes } from 'node:crypto';
import { type CtItem, readInIsolation } from '@tomograph/imaging';
import { AppError, loadConfig, type NoduleAnswer, type NoduleTarget } from '@tomograph/kernel';
import {
  assessTarget,
  type FoundNodule,
  noduleAnswer,
  type OpenPare,
  openShippedPare,
} from '@tomograph/worker';
import { Command } from 'commander';
import { assertReadable } from '../jobs/into-quarantine.js';
import { printJson, say } from '../output.js';
import { type NamedPlaces, targetsOf } from './nodule/targets.js';
import { checkEndings, type WantedFiles, writeNoduleFiles } from './nodule/write-files.js';

interface NoduleOptions extends NamedPlaces, WantedFiles {
  readonly input: string;
  readonly json?: boolean;
}

const more = (value: string, before: readonly string[] = []): string[] => [...before, value];

export function noduleCommand(): Command {
  return new Command('nodule')
    .description('assess lung nodules: how likely radiologists would call each malignant, and why')
    .requiredOption('-i, --input <path>', 'a chest CT: NIfTI, NRRD, MHA, a DICOM folder or a zip')
    .option(
      '--at <x,y,z>',
      'a point within 5 mm of a nodule, LPS millimetres: --at=-57.4,131.2,-520.4 (may be given again)',
      more,
    )
    .option(
      '--box <x,y,z,x,y,z>',
      'two corners of a box round a nodule, edges up to 80 mm (may be given again)',
      more,
    )
    .option('--list <path>', 'points or boxes, one a line (.csv) or a list (.json), at most 50')
    .option('--sr <path.dcm>', 'write a DICOM SR (TID 1500) of the nodules that were assessed')
    .option('--seg <path.dcm>', 'write their masks as a DICOM SEG, the one that the report refers to')
    .option(
      '--mask <path.nii.gz>',
      'write their masks as a label map on the grid of the scan: nodule n has the value n',
    )
    .option('--json', 'print the whole answer as JSON')
    .action(nodule);
}

interface Place {
  readonly target: NoduleTarget;
  readonly assessment: NoduleAnswer;
}

async function nodule(options: NoduleOptions): Promise<void> {
  const targets = await targetsOf(options);
  checkEndings(options);
  await assertReadable(options.input);
  const ct = await readCt(options.input);
  await using pare = await openShippedPare(loadConfig().device);
  const started = performance.now();
  const { places, found } = await assessAll(pare, ct, targets);
  const seconds = Math.round(performance.now() - started) / 1000;
  const model = { name: pare.name, digest: pare.id };
  const files = await writeNoduleFiles({ input: options.input, ct, nodules: found, model }, options);
  if (options.json) printJson({ model: pare.id, nodules: places, files, seconds, researchUseOnly: true });
  else places.forEach(tell);
  for (const file of files) say(`wrote ${file}`);
  if (files.length === 0 && (options.sr ?? options.seg ?? options.mask) !== undefined)
    say('no nodule was assessed: no file was written');
  say(`${seconds.toFixed(2)} s; trained towards radiologists' ratings, not histology; research use only`);
}

async function assessAll(pare: OpenPare, { volume }: CtItem, targets: readonly NoduleTarget[]) {
  const places: Place[] = [];
  const found: FoundNodule[] = [];
  for (const target of targets) {
    const seen = await assessTarget(pare, volume, target);
    const assessment = await noduleAnswer(seen, pare.model);
    places.push({ target, assessment });
    if (seen.kind === 'ASSESSED' && assessment.kind === 'ASSESSED')
      found.push({ name: `Nodule ${places.length}`, answer: assessment, mask: seen.mask });
  }
  return { places, found };
}

async function readCt(path: string): Promise<CtItem> {
  const { items, refused } = await readInIsolation(path, {
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
  return ct;
}

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const percent = (p: number): string => `${(100 * p).toFixed(0)} %`;

function tell({ target, assessment }: Place, n: number, all: readonly Place[]): void {
  if (all.length > 1) print(`${n === 0 ? '' : '\n'}nodule ${n + 1}   ${placeText(target)}`);
  if (assessment.kind === 'REFUSED') {
    print(`refused    ${assessment.reason}  ${assessment.message}`);
    return;
  }
  const [low, high] = assessment.interval;
  print(`malignant  ${percent(assessment.probability)}  (90 % interval ${percent(low)} to ${percent(high)})`);
  print(
    `size       ${assessment.ballDiameterMm.toFixed(1)} mm by volume, axial ${assessment.diameterMm.toFixed(1)} × ${assessment.perpendicularMm.toFixed(1)} mm`,
  );
  for (const [name, value] of Object.entries(assessment.attributes))
    print(`${name.padEnd(14)} ${name === 'calcification' ? percent(value) : `${value.toFixed(1)} of 5`}`);
  for (const { id, outcome, diameterMm, distance } of assessment.nearest)
    print(
      `like       ${outcome.toLowerCase()} nodule #${id}, ${diameterMm.toFixed(1)} mm, distance ${distance.toFixed(2)}`,
    );
  for (const { member, index, outcome, weight } of assessment.prototypes.slice(0, 4))
    print(`recalled   ${outcome.toLowerCase()} prototype ${member}.${index}, ${percent(weight)}`);
  for (const { code, message } of assessment.warnings) print(`warning    ${code}  ${message}`);
}

function placeText(target: NoduleTarget): string {
  return target.kind === 'POINT'
    ? target.point.join(', ')
    : `${target.low.join(', ')} to ${target.high.join(', ')}`;
}
