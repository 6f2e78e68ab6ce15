// Draws docs/phantom.png: five subjects at soft-tissue and lung windows, coronal, X-rays, MR-like, labels. Synthetic only.
// Run after `tsc -b packages/phantom`: node packages/phantom/scripts/contact-sheet.mjs docs/phantom.png
import { writeFileSync } from 'node:fs';
import { encodePng } from '@tomograph/imaging';
import { render, renderXray } from '../dist/index.js';

const TILE = 250;
const window = (v, centre, width) => Math.max(0, Math.min(255, ((v - centre + width / 2) / width) * 255));

/** A tile of `TILE` wide from a function of continuous image coordinates. */
function tile(get, w, h, widthMm, heightMm) {
  const rows = Math.round((TILE * heightMm) / widthMm);
  const out = new Uint8Array(TILE * rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < TILE; x++) {
      const u = Math.min(w - 1.001, Math.max(0, ((x + 0.5) / TILE) * w - 0.5));
      const v = Math.min(h - 1.001, Math.max(0, ((y + 0.5) / rows) * h - 0.5));
      const [i, j] = [Math.floor(u), Math.floor(v)];
      const top = get(i, j) + (get(i + 1, j) - get(i, j)) * (u - i);
      const low = get(i, j + 1) + (get(i + 1, j + 1) - get(i, j + 1)) * (u - i);
      out[y * TILE + x] = top + (low - top) * (v - j);
    }
  }
  return { rows, out };
}

function axial(p, share, centre, width) {
  const [nx, ny, nz] = p.volume.size;
  const k = Math.floor(share * nz);
  const v = p.volume.voxels;
  return tile(
    (i, j) => window(v[i + nx * (j + ny * k)], centre, width),
    nx,
    ny,
    nx * p.spacingMm[0],
    ny * p.spacingMm[1],
  );
}

function coronal(p, share, centre, width) {
  const [nx, ny, nz] = p.volume.size;
  const j = Math.floor(share * ny);
  const v = p.volume.voxels;
  return tile(
    (i, k) => window(v[i + nx * (j + ny * (nz - 1 - k))], centre, width),
    nx,
    nz,
    nx * p.spacingMm[0],
    nz * p.spacingMm[2],
  );
}

function labelsOf(p, share) {
  const [nx, ny, nz] = p.labels.size;
  const j = Math.floor(share * ny);
  const v = p.labels.voxels;
  const grey = (id) => (id === 0 ? 0 : 60 + ((id * 71) % 190));
  return tile(
    (i, k) => grey(v[i + nx * (j + ny * (nz - 1 - k))]),
    nx,
    nz,
    nx * p.spacingMm[0],
    nz * p.spacingMm[2],
  );
}

const seeds = [1, 2, 3, 5, 8];
const scanner = { noiseHu: 12, lowFrequency: 0.3, kernelSigmaMm: 0.4, table: true, streaks: true };
const size = [224, 170, 240];
const columns = seeds.map((seed) => {
  const p = render(seed, { size, acquisition: scanner, phase: 'portal' });
  const mr = render(seed, { size: [160, 120, 110], modality: seed % 2 ? 'mr-t1' : 'mr-t2', fov: 'abdomen' });
  const mrWindow = seed % 2 ? [310, 620] : [220, 440];
  const { display } = renderXray(render(seed, { size: [224, 170, 180], fov: 'chest' }), {
    view: seed === 8 ? 'LATERAL' : 'AP',
    width: 256,
    height: 240,
  });
  console.log(seed, p.subject.sex, p.findings.map((f) => f.name).join(' '));
  return [
    axial(p, 0.2, 60, 400),
    axial(p, 0.36, 60, 400),
    axial(p, 0.56, 60, 400),
    axial(p, 0.66, 60, 400),
    axial(p, 0.56, -550, 1500),
    axial(p, 0.68, -550, 1500),
    coronal(p, 0.46, -50, 700),
    labelsOf(p, 0.46),
    tile((x, y) => display.pixels[x + y * display.width] * 255, display.width, display.height, 300, 281),
    axial(mr, 0.45, ...mrWindow),
    coronal(mr, 0.6, ...mrWindow),
  ];
});
const rows = columns[0].map((_, r) => Math.max(...columns.map((c) => c[r].rows)));
const width = columns.length * (TILE + 4);
const image = new Uint8Array(width * rows.reduce((s, r) => s + r + 4, 0));
columns.forEach((column, c) => {
  let top = 0;
  column.forEach((t, r) => {
    for (let y = 0; y < t.rows; y++)
      image.set(t.out.subarray(y * TILE, (y + 1) * TILE), (top + y) * width + c * (TILE + 4));
    top += rows[r] + 4;
  });
});
// 64 grey levels: half the size of the file, and no difference to the eye
const png = await encodePng({
  width,
  height: image.length / width,
  pixels: Float32Array.from(image, (v) => ((v >> 2) * 4) / 255),
});
writeFileSync(process.argv[2] ?? 'phantom.png', png);
console.log('bytes', png.length);
