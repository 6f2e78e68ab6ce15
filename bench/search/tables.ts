// The tables of the search bench. Not its bars: see benches/search.ts.
import type { Measured } from '../benches/search.js';
import type { Table } from '../evaluation.js';

export function timesTable(all: readonly Measured[]): Table {
  return {
    title: 'Search',
    columns: ['database', 'vectors', 'way', 'answered by', 'p50 ms', 'p95 ms', 'recall@10', 'hits missing'],
    rows: all.flatMap(({ backend, sizes }) =>
      sizes.flatMap(({ count, ways }) =>
        ways.map(({ way, modes, p50Ms, p95Ms, recallAt10, shortfall }) => [
          ...[backend, count, way, modes],
          ...[p50Ms, p95Ms, recallAt10, shortfall],
        ]),
      ),
    ),
  };
}

export function loadTable(all: readonly Measured[]): Table {
  return {
    title: 'Loading',
    columns: ['database', 'vectors', 'load s', 'index and recall s', 'recall@10 of the space'],
    rows: all.flatMap(({ backend, sizes }) =>
      sizes.map(({ count, loadSeconds, indexSeconds, spaceRecallAt10 }) => [
        ...[backend, count],
        ...[loadSeconds, indexSeconds, spaceRecallAt10],
      ]),
    ),
  };
}

export function apiTable(all: readonly Measured[]): Table {
  return {
    title: 'Cases like one, over the API and directly, in turn',
    columns: ['database', 'direct p50 ms', 'API p50 ms', 'median of the differences, ms', 'n'],
    rows: all.map(({ backend, api }) => [backend, ...[api.directP50Ms, api.apiP50Ms, api.addedP50Ms, api.n]]),
  };
}

export function textTable(all: readonly Measured[]): Table {
  return {
    title: 'Text',
    columns: ['database', 'reports', 'sentences', 'question', 'studies found', 'p50 ms', 'p95 ms'],
    rows: all.flatMap(({ backend, text }) =>
      text.questions.map(({ question, studies, p50Ms, p95Ms }) => [
        ...[backend, text.count, text.sentences, question],
        ...[studies, p50Ms, p95Ms],
      ]),
    ),
  };
}
