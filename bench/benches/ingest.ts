// Seconds from a CT on disk to a searchable case, split by phase, through the command line as a user would.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot, sharedData } from '../../tests/shared-data.js';
import { bar, type Evaluation, type EvaluationOptions } from '../evaluation.js';

const inputs = [
  ['LIDC, 138 × 512², JPEG-LS DICOM', 'ct_lidc0314/dicom'],
  ['CRLM, 41 × 512², JPEG-LS DICOM', 'ct_crlm_abdomen/CRLM-CT-1004'],
  ['RICORD, 147 × 147 × 137, NIfTI', 'ct_ricord_chest/MIDRC-RICORD-1B'],
  ['TotalSegmentator, 122 × 101 × 112, NIfTI', 'ct_totalseg/example_ct.nii.gz'],
] as const;

interface Outcome {
  readonly phasesMs: Readonly<Record<string, number>>;
  readonly studies: readonly unknown[];
}

export async function bench({ quick, log }: EvaluationOptions): Promise<Evaluation> {
  const runs = quick ? 1 : 5;
  const present = inputs.filter(([, path]) => sharedData(path));
  const rows: (string | number)[][] = [];
  let slowestMs = 0;
  for (const [name, path] of present) {
    const outcomes: Outcome[] = [];
    for (let run = 0; run < runs; run++) outcomes.push(await ingestOnce(sharedData(path)!));
    const phases = Object.keys(outcomes[0]!.phasesMs);
    const totals = outcomes.map(({ phasesMs }) => Object.values(phasesMs).reduce((sum, ms) => sum + ms, 0));
    slowestMs = Math.max(slowestMs, median(totals));
    log(`${name}: ${(median(totals) / 1000).toFixed(2)} s`);
    rows.push([
      name,
      median(totals) / 1000,
      Math.min(...totals) / 1000,
      Math.max(...totals) / 1000,
      phases
        .map(
          (phase) =>
            `${phase} ${(median(outcomes.map(({ phasesMs }) => phasesMs[phase] ?? 0)) / 1000).toFixed(2)}`,
        )
        .join(', '),
    ]);
  }
  return {
    name: 'ingest',
    data: 'real CTs of the shared data, each into an empty installation',
    seeds: [],
    bars: [bar('slowest CT, median from file to searchable case', slowestMs / 1000, '≤', 30, runs, 's')],
    tables: [{ title: 'Seconds per CT', columns: ['CT', 'median', 'min', 'max', 'median by phase'], rows }],
    remarks: present.length < inputs.length ? ['some of the real CTs are not on this machine'] : [],
  };
}

async function ingestOnce(path: string): Promise<Outcome> {
  const home = await mkdtemp(join(tmpdir(), 'tomograph-bench-'));
  try {
    const main = join(repositoryRoot(), 'apps/cli/dist/main.js');
    const env = { ...process.env, TOMOGRAPH_HOME: home };
    const { stdout } = await promisify(execFile)(process.execPath, [main, 'ingest', path, '--json'], {
      env,
      maxBuffer: 64 << 20,
    });
    return (JSON.parse(stdout) as Outcome[])[0]!;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
