// `node scripts/demo-no-forgetting.mjs [--quick] [--json] [--keep]`: a fresh installation is taught two tasks from folders of
// phantoms; what the first one finds in a scan has the same sha256 before and after the second one was added. Everything
// goes through the `tomograph` command, as a stranger would. The scan is a real CT where the shared data are, else a phantom.
// --quick: few bodies and steps: shows that every part works, and finds nothing worth looking at.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, keep: { type: 'boolean' } },
});
const size = options.quick
  ? { bodies: 3, voxels: 48, steps: 6, rank: 2 }
  : { bodies: 6, voxels: 80, steps: 120, rank: 8 };
const root = fileURLToPath(new URL('..', import.meta.url));
const command = join(root, 'apps/cli/dist/main.js');
const work = await mkdtemp(join(tmpdir(), 'tomograph-demo-'));
const started = performance.now();

try {
  const passed = await demo();
  process.exitCode = passed ? 0 : 1;
} finally {
  if (options.keep) say(`everything lies in ${work}`);
  else await rm(work, { recursive: true, force: true });
}

async function demo() {
  if (!existsSync(command)) throw new Error('not built yet: run npm run build first');
  step(`1. ${size.bodies} phantoms as a data set in nnU-Net's layout`);
  const data = await dataSet();
  const scan = await scanToSegment();
  step('2. the first task: spleen');
  const first = await teach('spleen', data);
  step(`3. ${scan.name}, segmented by spleen alone`);
  const before = await segment(scan.path, 'before', 'spleen');
  step('4. the second task: stomach');
  const second = await teach('stomach', data);
  step('5. the same scan by spleen alone, and by both');
  const after = await segment(scan.path, 'after', 'spleen');
  const both = await segment(scan.path, 'both', 'spleen,stomach');
  step('6. the certificate, checked offline');
  const exported = join(work, 'export');
  await tomograph(['registry', 'export', 'stomach', '-o', exported]);
  const trust = ['--trust', join(exported, 'certificate.pub')];
  const certificate = JSON.parse(
    await tomograph(['registry', 'verify', join(exported, 'certificate.json'), ...trust, '--json']),
  );
  const isSame = before.sha256 === after.sha256;
  const isGreen = certificate.ok && first.verdict === 'green' && second.verdict === 'green';
  report({ scan: scan.name, before, after, both, first, second, certificate, isSame, isGreen });
  return isSame && isGreen;
}

/** Every organ that the phantom knows is declared; each task names the one that it is taught. */
async function dataSet() {
  const folder = join(work, 'data');
  for (const part of ['imagesTr', 'labelsTr']) await mkdir(join(folder, part), { recursive: true });
  let organs;
  for (let at = 0; at < size.bodies; at++) {
    const body = await phantom(7000 + at);
    await cp(join(body, 'ct.nii.gz'), join(folder, 'imagesTr', `phantom_${at}_0000.nii.gz`));
    await cp(join(body, 'labels.nii.gz'), join(folder, 'labelsTr', `phantom_${at}.nii.gz`));
    organs ??= JSON.parse(await readFile(join(body, 'labels.json'), 'utf8'));
  }
  const labels = { background: 0, ...Object.fromEntries(organs.map(({ name, id }) => [name, id])) };
  const description = {
    channel_names: { 0: 'CT' },
    labels,
    numTraining: size.bodies,
    file_ending: '.nii.gz',
  };
  await writeFile(join(folder, 'dataset.json'), JSON.stringify(description));
  for (const name of ['spleen', 'stomach']) {
    await writeFile(join(work, `${name}.json`), JSON.stringify({ [name]: labels[name] }));
  }
  return folder;
}

async function phantom(seed) {
  const folder = join(work, 'phantoms', String(seed));
  await tomograph(['phantom', '--seed', String(seed), '--size', String(size.voxels), '-o', folder]);
  return folder;
}

async function scanToSegment() {
  const shared = process.env.TOMOGRAPH_TEST_DATA ?? join(root, '..', 'shared', 'data');
  const real = join(shared, 'ct_totalseg', 'example_ct.nii.gz');
  if (existsSync(real)) return { name: "a real CT (TotalSegmentator's example)", path: real };
  return { name: 'a phantom of another seed', path: join(await phantom(7777), 'ct.nii.gz') };
}

async function teach(name, data) {
  const args = ['task', 'add', '--name', name, '--data', data, '--labels', join(work, `${name}.json`)];
  args.push(
    '--licence',
    'CC0-1.0',
    '--steps',
    String(size.steps),
    '--rank',
    String(size.rank),
    '--promote',
    '--json',
  );
  return JSON.parse(await tomograph(args));
}

async function segment(scan, name, tasks) {
  const path = join(work, `${name}.nii.gz`);
  const { structures } = JSON.parse(
    await tomograph(['segment', '-i', scan, '-o', path, '--task', tasks, '--json']),
  );
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return { sha256, structures: structures.map(({ name: structure, volumeMl }) => ({ structure, volumeMl })) };
}

function report({ scan, before, after, both, first, second, certificate, isSame, isGreen }) {
  const { document } = certificate;
  const seconds = Math.round((performance.now() - started) / 1000);
  if (options.json) {
    const result = {
      scan,
      before,
      after,
      both,
      first,
      second,
      certificate: document,
      isSame,
      isGreen,
      seconds,
    };
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const line = (text) => process.stdout.write(`${text}\n`);
  line(`scan                     ${scan}`);
  line(`spleen, before stomach   sha256 ${before.sha256}`);
  line(`spleen, after stomach    sha256 ${after.sha256}  ${isSame ? 'the same bytes' : 'DIFFERENT'}`);
  for (const { structure, volumeMl } of both.structures)
    line(`together                 ${structure} ${volumeMl.toFixed(1)} mL`);
  for (const { model, version, dice, verdict } of [first, second]) {
    line(
      `models:/${model}/${version}`.padEnd(25) +
        `held-out Dice ${dice?.toFixed(3) ?? 'not measured'}, certificate ${verdict}`,
    );
  }
  const { growth, bwt, canaries, runtime, dice } = document;
  line(
    `certificate              ${document.verdict} over ${document.tasks.map(({ model }) => model).join(' → ')}, ${canaries.length} canaries, none changed`,
  );
  line(
    `  device                 ${runtime.provider}, ${runtime.device}, ${runtime.threads} threads, ${runtime.graphLevel}`,
  );
  line(`  backward transfer      ${bwt ?? 'not measured'}`);
  line(
    `  growth                 ${growth.total.factorsPercent.toFixed(2)} % in factors, ${growth.total.headPercent.toFixed(3)} % in heads`,
  );
  for (const [at, row] of dice.entries()) {
    const cells = row.map((value) => (value === null ? '  -  ' : value.toFixed(3))).join('  ');
    line(`  Dice after step ${at}      ${cells}`);
  }
  line(`${isSame && isGreen ? 'nothing was forgotten' : 'FAILED'}; ${seconds} s; research use only`);
}

/** One call of the command with the demo's own home. @returns stdout */
function tomograph(args) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, TOMOGRAPH_HOME: join(work, 'home') };
    const child = spawn(process.execPath, [command, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`tomograph ${args.slice(0, 2).join(' ')} ended with ${code}`));
    });
  });
}

function step(text) {
  say(`\n${text}  (${Math.round((performance.now() - started) / 1000)} s)`);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
