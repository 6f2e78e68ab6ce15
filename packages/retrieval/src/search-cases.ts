// The door: cases by text, by vectors, by a case, or all of them; ranked per channel, fused, paged.
// Knows no encoder: an X-ray arrives here as vectors of the active space.
import type { SqlDatabase } from '@tomograph/data';
import { AppError, type Clock, systemClock } from '@tomograph/kernel';
import { filterValues, type SearchViewer } from './filter-values.js';
import { compareFused, type FusedStudy, fuseRanks } from './fuse-ranks.js';
import { highlightSentences } from './highlights.js';
import { loadSql } from './load-sql.js';
import type { RankedList } from './ranked-list.js';
import { readCursor, requestFingerprint, writeCursor } from './search-cursor.js';
import type { Explanation, SearchHit, SearchPage } from './search-page.js';
import { type CheckedRequest, checkRequest, type QueryVector, type SearchRequest } from './search-request.js';
import { rankByRegions } from './second-stage.js';
import { rankByText } from './text-channel.js';
import { queryFindings, readTextQuery, type TextQuery } from './text-query.js';
import { defaultExactBelow, rankByVectors } from './vector-channel.js';
import { spaceOfVectors } from './vector-space.js';

export interface SearchOptions {
  /** Vectors after filters up to which every one is compared. */
  readonly exactBelow?: number;
  readonly clock?: Clock;
}

/**
 * One page of cases that the viewer may see, best first: score descending, then study id.
 * @throws AppError INVALID_ARGUMENT, LIMIT_EXCEEDED, CURSOR_INVALID, NOT_FOUND (the case asked with), SPACE_MISMATCH,
 * NOT_FINITE
 */
export async function searchCases(
  db: SqlDatabase,
  viewer: SearchViewer,
  request: SearchRequest,
  options: SearchOptions = {},
): Promise<SearchPage> {
  const checked = checkRequest(request);
  const fingerprint = requestFingerprint(checked);
  const after = checked.after === undefined ? undefined : readCursor(checked.after, fingerprint);
  const query = checked.text === undefined ? undefined : readTextQuery(checked.text);
  const lists = await rankChannels(db, viewer, checked, query, options);
  const fused = fuseRanks(lists);
  const start = after === undefined ? 0 : placeAfter(fused, after);
  const shown = fused.slice(start, start + checked.first);
  const highlights = query === undefined ? [] : await highlightShown(db, query, shown);
  const hits = shown.map((study, index) => hitOf(study, highlights[index] ?? [], fingerprint));
  const hasNextPage = start + shown.length < fused.length;
  return {
    hits,
    pageInfo: {
      hasNextPage,
      hasPreviousPage: start > 0,
      startCursor: hits[0]?.cursor ?? null,
      endCursor: hits.at(-1)?.cursor ?? null,
    },
    channels: lists.map(({ report }) => report),
    shortfall: checked.first - hits.length,
    totalCount: fused.length,
    totalCountIsExact: lists.every(({ isCut }) => !isCut),
    queryFindings: query === undefined ? [] : queryFindings(query),
  };
}

// One channel after the other: on the embedded database they would wait for each other, and tookMs would lie.
async function rankChannels(
  db: SqlDatabase,
  viewer: SearchViewer,
  request: CheckedRequest,
  query: TextQuery | undefined,
  { exactBelow = defaultExactBelow, clock = systemClock }: SearchOptions,
): Promise<RankedList[]> {
  const values = filterValues(viewer, request.filter, request.studyId);
  const stored = request.studyId === undefined ? [] : await vectorsOfStudy(db, viewer, request.studyId);
  const bySpace = new Map<number, QueryVector[]>();
  for (const vector of [...request.vectors, ...stored]) {
    bySpace.set(vector.spaceId, [...(bySpace.get(vector.spaceId) ?? []), vector]);
  }
  const lists: RankedList[] = [];
  if (query !== undefined) lists.push(await rankByText(db, query, values, clock));
  for (const vectors of bySpace.values()) {
    const space = await spaceOfVectors(db, vectors);
    const whole = vectors.filter(({ sentence }) => sentence === undefined);
    const sentences = vectors.filter(({ sentence }) => sentence !== undefined);
    const list = await rankByVectors(db, { space, vectors: whole, filterValues: values, exactBelow }, clock);
    lists.push(await rankByRegions(db, list, { space, sentences, projectIds: values[0] }, clock));
  }
  return lists;
}

/** A study asks with at most this many of its own vectors per space. */
const maxStudyVectors = 8;

async function vectorsOfStudy(
  db: SqlDatabase,
  viewer: SearchViewer,
  studyId: string,
): Promise<QueryVector[]> {
  const projects = [...viewer.projectIds];
  const [visible] = await db.query(loadSql('study-exists'), [projects, studyId]);
  if (!visible) {
    throw new AppError('NOT_FOUND', { message: 'no such case, or none that this key may see' });
  }
  const rows = await db.query<{ space_id: number; width: number; part: string; vector: string }>(
    loadSql('study-vectors'),
    [projects, studyId, maxStudyVectors],
  );
  return rows.map(({ space_id, width, part, vector }) => ({
    spaceId: space_id,
    width,
    part,
    vector: JSON.parse(vector) as number[],
  }));
}

/** Behind the study that the cursor names, wherever it stands by now; when it is gone, behind its score and id. */
function placeAfter(fused: readonly FusedStudy[], after: { score: number; studyId: string }): number {
  const at = fused.findIndex(({ studyId }) => studyId === after.studyId);
  if (at >= 0) return at + 1;
  const next = fused.findIndex((study) => compareFused(study, after) > 0);
  return next < 0 ? fused.length : next;
}

async function highlightShown(db: SqlDatabase, query: TextQuery, shown: readonly FusedStudy[]) {
  const sentences = shown.map(
    ({ reasons }) => reasons.find(({ sentence }) => sentence)?.sentence?.text ?? '',
  );
  return highlightSentences(db, query, sentences);
}

function hitOf(study: FusedStudy, highlights: Explanation['highlights'], fingerprint: string): SearchHit {
  return {
    studyId: study.studyId,
    score: study.score,
    cursor: writeCursor(study, fingerprint),
    why: study.reasons.map((reason) => ({
      ...reason,
      highlights: reason.sentence ? highlights : [],
      scoreParts: reason.scoreParts ?? [],
    })),
  };
}
