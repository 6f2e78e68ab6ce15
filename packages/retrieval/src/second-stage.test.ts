import type { Sql } from '@tomograph/data';
import { systemClock } from '@tomograph/kernel';
import { expect, test } from 'vitest';
import type { RankedList } from './ranked-list.js';
import { rankByRegions, secondStageWindow } from './second-stage.js';
import type { VectorSpace } from './vector-space.js';

const space: VectorSpace = {
  ...{ id: 1, label: 'biud@1', channel: 'MEANING', width: 2, phase: 'ACTIVE', recallAt10: 1 },
  ...{ hasRegions: true, isActive: true, stored: 10 },
};
const entry = (studyId: string, score: number, kind: 'SERIES' | 'REPORT') => ({
  studyId,
  reason: {
    score,
    sentence: null,
    seriesId: kind === 'SERIES' ? `ct of ${studyId}` : null,
    xrayId: null,
    view: null,
  },
});
const listOf = (entries: RankedList['entries']): RankedList => ({
  report: {
    channel: 'MEANING',
    mode: 'EXACT',
    candidates: entries.length,
    recallAt10: null,
    space: 'biud@1',
    tookMs: 1,
  },
  entries,
  isCut: false,
});
const asked = [{ spaceId: 1, width: 2, vector: [1, 0], part: '', sentence: { text: 'one', weight: 1 } }];

/** One region of this cosine to [1, 0], as it is stored. */
function regionOf(cosine: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeFloatBE(cosine, 0);
  bytes.writeFloatBE(Math.sqrt(1 - cosine ** 2), 4);
  return bytes;
}

/** Regions by study; keeps what it was asked for. */
function regionsOf(similarities: Record<string, number>) {
  const asks: unknown[] = [];
  const sql = {
    async query(_text: string, values: readonly unknown[] = []) {
      asks.push(values[2]);
      return Object.entries(similarities).map(([study_id, similarity]) => ({
        ...{ study_id, subject_id: `ct of ${study_id}`, vectors: regionOf(similarity) },
      }));
    },
  } as unknown as Sql;
  return { sql, asks };
}

const rerank = (sql: Sql, list: RankedList) =>
  rankByRegions(sql, list, { space, sentences: asked, projectIds: [] }, systemClock);

test('studies change places with those found by the same kind of vector alone', async () => {
  const list = listOf([
    entry('a', 0.2, 'SERIES'),
    entry('b', 0.9, 'REPORT'),
    entry('c', 0.1, 'SERIES'),
    entry('d', 0.8, 'REPORT'),
    entry('e', 0.7, 'REPORT'),
  ]);
  const { sql } = regionsOf({ a: 0.1, b: 0.1, c: 0.9, d: 0.9 });
  const { entries } = await rerank(sql, list);
  expect(entries.map(({ studyId }) => studyId)).toEqual(['c', 'd', 'a', 'b', 'e']);
  const scores = [0.5, 0.85, 0.15, 0.5, 0.7].map((score) => expect.closeTo(score, 6));
  expect(entries.map(({ reason }) => reason.score)).toEqual(scores);
});

test('only the first of a long list are compared once more, and nobody is lost', async () => {
  const ids = Array.from({ length: secondStageWindow + 20 }, (_, i) => `s${String(i).padStart(3, '0')}`);
  const list = listOf(ids.map((id, i) => entry(id, 1 - i / 1000, 'SERIES')));
  const { sql, asks } = regionsOf({ s099: 1 });
  const { entries } = await rerank(sql, list);
  expect(asks).toEqual([ids.slice(0, secondStageWindow)]);
  expect(new Set(entries.map(({ studyId }) => studyId))).toEqual(new Set(ids));
  expect(entries.slice(secondStageWindow)).toEqual(list.entries.slice(secondStageWindow));
});

test('without sentences, or without studies, nothing is asked and nothing changes', async () => {
  const { sql, asks } = regionsOf({});
  const list = listOf([entry('a', 1, 'SERIES')]);
  expect(await rankByRegions(sql, list, { space, sentences: [], projectIds: [] }, systemClock)).toBe(list);
  expect((await rerank(sql, listOf([]))).entries).toEqual([]);
  expect(asks).toEqual([]);
});
