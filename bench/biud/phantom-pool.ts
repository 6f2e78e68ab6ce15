// Pools of phantoms for the meaning space: what the encoders read, the report, the truth. Rendered once and kept in the
// system's temporary folder, because a phantom takes a second and the evaluation needs two thousand.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeVolume, describeXray, joinViews } from '@tomograph/imaging';
import { Random } from '@tomograph/kernel';
import { biudConfig, ctInput, filmInput, tissueCount } from '@tomograph/models';
import { type Finding, PHANTOM_VERSION, render, renderXray, writeReport } from '@tomograph/phantom';

export interface PoolFact {
  /** Code of kernel's finding vocabulary. */
  readonly code: string;
  readonly side?: string;
  readonly severity: number;
  readonly onFilm: boolean;
}

export interface PoolItem {
  readonly seed: number;
  /** Of `ctInput`; empty in a pool of films. */
  readonly cells: Float32Array;
  /** Of `ctInput`: the scan's own projection; empty in a pool of films. */
  readonly front: Float32Array;
  /** [64²] AP film of the same patient. */
  readonly film: Float32Array;
  readonly report: string;
  /** What a reader of the film alone would write. */
  readonly filmReport: string;
  readonly facts: readonly PoolFact[];
  /** projection-descriptor@1 of the CT (both views) and of the film; empty where not asked for. */
  readonly descriptor: Float32Array;
  readonly filmDescriptor: Float32Array;
}

export interface PoolOptions {
  readonly name: 'ct' | 'film' | 'described';
  readonly firstSeed: number;
  readonly count: number;
  readonly log?: (line: string) => void;
}

export const pools = {
  train: { name: 'ct', firstSeed: 100_000 },
  validation: { name: 'ct', firstSeed: 200_000 },
  test: { name: 'described', firstSeed: 300_000 },
  films: { name: 'film', firstSeed: 400_000 },
} as const;

/** Subjects of each pool that the shipped space and its evaluation use. */
export const counts = { films: 500, train: 480, validation: 80, test: 500 } as const;

const shard = 20;
/** Values from 0 to 1 as integers. */
const scale = 10_000;
const format = 2;
/** Voxels along each axis of a phantom: 4 to 5 mm in a chest. */
const rendered = 72;
const { size } = biudConfig.ct;
const filmSize = biudConfig.film.size;

/** @returns `count` items in the order of their seeds; renders what is not kept yet */
export function loadPool({ name, firstSeed, count, log }: PoolOptions): PoolItem[] {
  const folder = join(tmpdir(), `tomograph-biud-${format}-phantom-${PHANTOM_VERSION}`);
  mkdirSync(folder, { recursive: true });
  const items: PoolItem[] = [];
  for (let from = 0; from < count; from += shard) {
    const path = join(folder, `${name}-${firstSeed + from}`);
    if (!existsSync(`${path}.json`)) {
      writeShard(path, name, firstSeed + from);
      if (from % 100 === 0) log?.(`${name}: ${from + shard} of ${count} rendered`);
    }
    items.push(...readShard(path, name));
  }
  return items.slice(0, count);
}

type Stored = Omit<PoolItem, 'cells' | 'front' | 'film' | 'descriptor' | 'filmDescriptor'> & {
  readonly descriptor: readonly number[];
  readonly filmDescriptor: readonly number[];
};

function writeShard(path: string, name: PoolOptions['name'], firstSeed: number): void {
  const stored: Stored[] = [];
  const parts = partsOf(name);
  const each = sum(parts);
  const bytes = new Int16Array(shard * each);
  for (let i = 0; i < shard; i++) {
    const one = renderOne(firstSeed + i, name);
    stored.push({
      seed: one.seed,
      report: one.report,
      filmReport: one.filmReport,
      facts: one.facts,
      descriptor: [...one.descriptor],
      filmDescriptor: [...one.filmDescriptor],
    });
    bytes.set(
      [...one.cells, ...one.front, ...one.film].map((value) => Math.round(value * scale)),
      i * each,
    );
  }
  writeFileSync(`${path}.bin`, new Uint8Array(bytes.buffer));
  writeFileSync(`${path}.part`, JSON.stringify(stored));
  renameSync(`${path}.part`, `${path}.json`);
}

function readShard(path: string, name: PoolOptions['name']): PoolItem[] {
  const stored = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Stored[];
  const raw = readFileSync(`${path}.bin`);
  const values = new Int16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  const [cells, front, film] = partsOf(name);
  const each = cells + front + film;
  return stored.map((one, i) => {
    const part = (from: number, length: number): Float32Array =>
      Float32Array.from(values.subarray(i * each + from, i * each + from + length), (value) => value / scale);
    return {
      ...one,
      cells: part(0, cells),
      front: part(cells, front),
      film: part(cells + front, film),
      descriptor: Float32Array.from(one.descriptor),
      filmDescriptor: Float32Array.from(one.filmDescriptor),
    };
  });
}

/** Values of the cells, of the projection and of the film of one subject. */
function partsOf(name: PoolOptions['name']): [number, number, number] {
  const isFilm = name === 'film';
  return [isFilm ? 0 : size ** 3 * tissueCount, isFilm ? 0 : filmSize ** 2, filmSize ** 2];
}

const sum = (values: readonly number[]): number => values.reduce((a, x) => a + x, 0);

export function renderOne(seed: number, name: PoolOptions['name']): PoolItem {
  const isFilm = name === 'film';
  // a film needs no depth: the same patient on half the planes
  const phantom = render(seed, {
    size: isFilm ? [rendered, rendered / 2, rendered] : rendered,
    fov: 'chest',
    acquisition: 'sampled',
  });
  const { display } = renderXray(phantom, { view: 'AP', width: filmSize, height: filmSize, look: 'sampled' });
  const visible = phantom.findings.filter(({ visibleOnXray }) => visibleOnXray);
  const described = name === 'described';
  const input = isFilm ? undefined : ctInput(phantom.volume, size, filmSize);
  return {
    seed,
    cells: input?.cells ?? new Float32Array(0),
    front: input?.front ?? new Float32Array(0),
    film: filmInput(display, filmSize),
    report: phantom.report.text,
    filmReport: writeReport(visible, new Random(seed, 'film report')).text,
    facts: phantom.findings.map(factOf),
    descriptor: described ? joinViews(describeVolume(phantom.volume)) : new Float32Array(0),
    filmDescriptor: described ? joinViews([describeXray(display, 'AP')[0]!]) : new Float32Array(0),
  };
}

const otherCodes: Readonly<Record<string, string>> = {
  coronary_artery_wall_calcification: 'CORONARY_CALCIFICATION',
  mosaic_attenuation_pattern: 'MOSAIC_ATTENUATION',
  gallstones: 'GALLSTONE',
};

export const codeOf = (name: string): string => otherCodes[name] ?? name.toUpperCase();

function factOf({ name, side, severity, visibleOnXray }: Finding): PoolFact {
  return { code: codeOf(name), ...(side === undefined ? {} : { side }), severity, onFilm: visibleOnXray };
}
