// Pools of phantoms for the meaning space: what the encoders read, the report, the truth. Rendered once and kept in the
// system's temporary folder, because a phantom takes a second and the evaluation needs two thousand.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeVolume, describeXray, joinViews } from '@tomograph/imaging';
import { Random } from '@tomograph/kernel';
import { biudConfig, ctInput, filmInput } from '@tomograph/models';
import { type Finding, render, renderXray, writeReport } from '@tomograph/phantom';

export interface PoolFact {
  /** Code of kernel's finding vocabulary. */
  readonly code: string;
  readonly side?: string;
  readonly severity: number;
  readonly onFilm: boolean;
}

export interface PoolItem {
  readonly seed: number;
  /** [48³] HU / 1000; empty in a pool of films. */
  readonly cells: Float32Array;
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
export const counts = { films: 600, train: 320, validation: 40, test: 160 } as const;

const shard = 20;
const format = 1;
const { size } = biudConfig.ct;
const filmSize = biudConfig.film.size;

/** @returns `count` items in the order of their seeds; renders what is not kept yet */
export function loadPool({ name, firstSeed, count, log }: PoolOptions): PoolItem[] {
  const folder = join(tmpdir(), `tomograph-biud-${format}`);
  mkdirSync(folder, { recursive: true });
  const items: PoolItem[] = [];
  for (let from = 0; from < count; from += shard) {
    const path = join(folder, `${name}-${firstSeed + from}`);
    if (!existsSync(`${path}.json`)) {
      writeShard(path, name, firstSeed + from);
      if (from % 100 === 0) log?.(`${name}: ${from + shard} of ${count} rendered`);
    }
    items.push(...readShard(path));
  }
  return items.slice(0, count);
}

type Stored = Omit<PoolItem, 'cells' | 'film' | 'descriptor' | 'filmDescriptor'> & {
  readonly descriptor: readonly number[];
  readonly filmDescriptor: readonly number[];
};

function writeShard(path: string, name: PoolOptions['name'], firstSeed: number): void {
  const stored: Stored[] = [];
  const cells = name === 'film' ? 0 : size ** 3;
  const bytes = new Int16Array(shard * (cells + filmSize ** 2));
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
    const at = i * (cells + filmSize ** 2);
    bytes.set(
      Int16Array.from(one.cells, (value) => Math.round(value * 1000)),
      at,
    );
    bytes.set(
      Int16Array.from(one.film, (value) => Math.round(value * 10_000)),
      at + cells,
    );
  }
  writeFileSync(`${path}.bin`, new Uint8Array(bytes.buffer));
  writeFileSync(`${path}.part`, JSON.stringify(stored));
  renameSync(`${path}.part`, `${path}.json`);
}

function readShard(path: string): PoolItem[] {
  const stored = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Stored[];
  const raw = readFileSync(`${path}.bin`);
  const values = new Int16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  const each = values.length / stored.length;
  const cells = each - filmSize ** 2;
  return stored.map((one, i) => ({
    ...one,
    cells: Float32Array.from(values.subarray(i * each, i * each + cells), (value) => value / 1000),
    film: Float32Array.from(values.subarray(i * each + cells, (i + 1) * each), (value) => value / 10_000),
    descriptor: Float32Array.from(one.descriptor),
    filmDescriptor: Float32Array.from(one.filmDescriptor),
  }));
}

export function renderOne(seed: number, name: PoolOptions['name']): PoolItem {
  const isFilm = name === 'film';
  // a film needs no depth: the same patient on half the planes
  const phantom = render(seed, {
    size: isFilm ? [size, size / 2, size] : size,
    fov: 'chest',
    acquisition: 'sampled',
  });
  const { display } = renderXray(phantom, { view: 'AP', width: filmSize, height: filmSize, look: 'sampled' });
  const visible = phantom.findings.filter(({ visibleOnXray }) => visibleOnXray);
  const described = name === 'described';
  return {
    seed,
    cells: isFilm ? new Float32Array(0) : ctInput(phantom.volume, size).cells,
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
