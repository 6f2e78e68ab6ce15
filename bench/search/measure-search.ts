// One way of asking, timed over all queries of a base and compared with exact search.
import type { SqlDatabase } from '@tomograph/data';
import { activateSpace } from '@tomograph/data';
import { readySpace, type SearchFilter, type SearchPage, searchCases } from '@tomograph/retrieval';
import { loadSearchBase, type SearchBase, width } from './search-base.js';

export interface Way {
  readonly name: string;
  readonly filter: SearchFilter;
  /** undefined = as the product decides */
  readonly exactBelow?: number;
}

export interface WayResult {
  readonly way: string;
  readonly modes: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Of the ten best, the share that exact search gives too. */
  readonly recallAt10: number;
  /** Hits missing of ten, summed over the queries. */
  readonly shortfall: number;
}

export interface SizeResult {
  /** Of the base, which stays loaded. */
  readonly projectId: string;
  readonly count: number;
  readonly loadSeconds: number;
  readonly indexSeconds: number;
  /** As stored with the space. */
  readonly spaceRecallAt10: number;
  readonly ways: readonly WayResult[];
}

const aged30: SearchFilter = { ageBand: [30] };
export const ways: readonly Way[] = [
  { name: 'as the product decides', filter: {} },
  { name: 'as the product decides, 1 % filter', filter: aged30 },
  { name: 'exact', filter: {}, exactBelow: Number.MAX_SAFE_INTEGER },
  { name: 'index forced', filter: {}, exactBelow: 0 },
  { name: 'index tried first, 1 % filter', filter: aged30, exactBelow: 0 },
];

export async function measureSize(
  db: SqlDatabase,
  options: { seed: number; count: number; queries: number; log(line: string): void },
): Promise<SizeResult> {
  const start = performance.now();
  const base = await loadSearchBase(db, options);
  const loaded = performance.now();
  const ready = await readySpace(db, base.spaceId, 20);
  await activateSpace(db, base.spaceId);
  const indexed = performance.now();
  options.log(
    `${options.count} vectors loaded in ${seconds(loaded - start)} s, index and recall ${seconds(indexed - loaded)} s`,
  );
  const truths = new Map<SearchFilter, SearchPage[]>();
  const results: WayResult[] = [];
  for (const way of ways) {
    if (!truths.has(way.filter)) {
      truths.set(
        way.filter,
        await askAll(db, base, { ...way, exactBelow: Number.MAX_SAFE_INTEGER }).then(pagesOf),
      );
    }
    const result = compare(way, await askAll(db, base, way), truths.get(way.filter)!);
    options.log(
      `  ${way.name}: p50 ${result.p50Ms.toFixed(1)} ms, recall@10 ${result.recallAt10.toFixed(3)} (${result.modes})`,
    );
    results.push(result);
  }
  return {
    projectId: base.projectId,
    count: options.count,
    loadSeconds: (loaded - start) / 1000,
    indexSeconds: (indexed - loaded) / 1000,
    spaceRecallAt10: ready.recallAt10!,
    ways: results,
  };
}

interface Answer {
  readonly page: SearchPage;
  readonly ms: number;
}

const pagesOf = (answers: readonly Answer[]): SearchPage[] => answers.map(({ page }) => page);

// The first three queries warm caches and plans; they are asked again and counted then.
async function askAll(db: SqlDatabase, base: SearchBase, way: Way): Promise<Answer[]> {
  for (const vector of base.queries.slice(0, 3)) await ask(db, base, way, vector);
  const answers: Answer[] = [];
  for (const vector of base.queries) {
    const start = performance.now();
    const page = await ask(db, base, way, vector);
    answers.push({ page, ms: performance.now() - start });
  }
  return answers;
}

function ask(db: SqlDatabase, base: SearchBase, way: Way, vector: Float32Array): Promise<SearchPage> {
  return searchCases(
    db,
    { projectIds: [base.projectId] },
    { vectors: [{ spaceId: base.spaceId, width, vector, part: '' }], filter: way.filter, first: 10 },
    way.exactBelow === undefined ? {} : { exactBelow: way.exactBelow },
  );
}

function compare(way: Way, answers: readonly Answer[], truths: readonly SearchPage[]): WayResult {
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const found = answers.reduce((sum, { page }, i) => {
    const truth = new Set(truths[i]!.hits.map(({ studyId }) => studyId));
    return sum + page.hits.filter(({ studyId }) => truth.has(studyId)).length;
  }, 0);
  const wanted = truths.reduce((sum, { hits }) => sum + hits.length, 0);
  return {
    way: way.name,
    modes: [...new Set(answers.map(({ page }) => page.channels[0]!.mode))].sort().join(' + '),
    p50Ms: times[Math.floor(times.length * 0.5)]!,
    p95Ms: times[Math.floor(times.length * 0.95)]!,
    recallAt10: found / wanted,
    shortfall: answers.reduce((sum, { page }) => sum + page.shortfall, 0),
  };
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
