// The examples of this package's README, run as they stand there. Needs the built reader (npx tsc -b packages/imaging).
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  cropToBody,
  describeVolume,
  describeXray,
  joinViews,
  readInIsolation,
  renderDrr,
  renderThumbnails,
  resampleToSpacing,
  type Volume,
  writeNiftiGz,
} from './index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imaging-readme-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An oval trunk of water with two lungs and a spine, 5 mm voxels. */
function trunk(): Volume {
  const [nx, ny, nz] = [80, 56, 60];
  const voxels = new Int16Array(nx * ny * nz).map((_, at) => {
    const x = (at % nx) - 40;
    const y = (Math.floor(at / nx) % ny) - 28;
    const z = Math.floor(at / nx / ny) - 30;
    if ((x / 30) ** 2 + (y / 20) ** 2 >= 1) return -1000;
    if (Math.hypot(x, y - 14) < 4) return 400;
    return ((Math.abs(x) - 14) / 10) ** 2 + (y / 13) ** 2 + ((z - 8) / 20) ** 2 < 1 ? -820 : 40;
  });
  return { size: [nx, ny, nz], affine: [5, 0, 0, -200, 0, 5, 0, -140, 0, 0, 5, -150], voxels };
}

test('the example of pictures and descriptors runs, and a film finds its CT', async () => {
  const ct = trunk();
  const example = async () => {
    // pictures
    const { axial, mip } = await renderThumbnails(ct); // PNG bytes, 256 px
    const body = resampleToSpacing(cropToBody(ct), 2); // couch gone, 2 mm
    const film = renderDrr(body, { view: 'AP', pose: { rotationDegrees: [3, 0, -2] }, gamma: 0.8 }).display;

    const row = joinViews(describeVolume(ct)); // what a CT stores: AP half + lateral half
    const query = joinViews(describeXray(film, 'AP')); // AP half, the other half 0
    const cosine = row.reduce((sum, value, at) => sum + value * query[at]!, 0);
    // end
    return { axial, mip, cosine };
  };
  const { axial, mip, cosine } = await example();
  expect(axial.byteLength).toBeGreaterThan(100);
  expect(mip.byteLength).toBeGreaterThan(100);
  expect(cosine).toBeGreaterThan(0.6);
});

test('the example of reading runs', async () => {
  await writeFile(join(folder, 'scan.nii.gz'), await writeNiftiGz(trunk()));
  await writeFile(join(folder, 'report.txt'), 'FINDINGS: Small left pleural effusion. No pneumothorax.');
  await writeFile(join(folder, 'cut.nii.gz'), Buffer.from('1f8b0800', 'hex'));
  const path = folder;
  const key = new Uint8Array(32).fill(1);
  const { signal } = new AbortController();
  const saved: unknown[] = [];
  const indexed: string[] = [];
  const told: string[] = [];
  const save = async (...what: unknown[]) => void saved.push(what);
  const index = (text: string, findings: readonly { code: string; polarity: string }[]) =>
    indexed.push(...findings.map(({ code, polarity }) => `${code} ${polarity} in ${text}`));
  const tell = (_source: string, code: string, _message: string) => told.push(code);
  // reading
  const { items, refused } = await readInIsolation(path, { key, signal, timeoutMs: 120_000 });
  for (const item of items) {
    switch (item.kind) {
      case 'CT': // also MR, PT, OTHER: item.facts.modality
        await save(item.digest, await writeNiftiGz(item.volume), item.subject, item.facts.notes);
        break;
      case 'REPORT':
        for (const { text, findings } of item.report.sentences) index(text, findings); // PRESENT | ABSENT | UNCERTAIN
        break;
    }
  }
  for (const { source, code, message } of refused) tell(source, code, message);
  // end
  expect(saved).toHaveLength(1);
  expect(indexed).toEqual([
    'PLEURAL_EFFUSION PRESENT in Small left pleural effusion.',
    'PNEUMOTHORAX ABSENT in No pneumothorax.',
  ]);
  expect(told).toHaveLength(1);
});

test('and they stand there', () => {
  const own = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replaceAll(/\s/g, '');
  for (const name of ['pictures', 'reading']) {
    const [, example] = new RegExp(`\\n *// ${name}\\n([\\s\\S]*?) *// end\\n`).exec(own)!;
    expect(readme, name).toContain(example!.replaceAll(/\s/g, ''));
  }
});
