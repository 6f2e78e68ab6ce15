// A search of one viewer: what was asked becomes vectors and text, packages/retrieval ranks, and the hits are joined to
// the cases that the viewer may see. Not the ranking.
import type { Database, StudyRecord, Viewer, ViewerDb } from '@tomograph/data';
import { AppError } from '@tomograph/kernel';
import {
  type QueryVector,
  type SearchFilter,
  type SearchHit,
  type SearchPage,
  searchCases,
} from '@tomograph/retrieval';
import type { Loaders } from '../loaders.js';
import type { QueryXrays } from './query-xrays.js';

export interface CaseSearchRequest {
  readonly text?: string | undefined;
  /** An upload of kind QUERY_XRAY. */
  readonly uploadId?: string | undefined;
  readonly caseId?: string | undefined;
  readonly filter?: SearchFilter | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

export interface FoundCase extends SearchHit {
  readonly node: StudyRecord;
}

export interface FoundPage extends SearchPage {
  readonly found: readonly FoundCase[];
}

/** @throws AppError as searchCases of retrieval, NOT_FOUND (the upload), and what describing the X-ray threw */
export type CaseSearch = (request: CaseSearchRequest) => Promise<FoundPage>;

export interface SearchParts {
  readonly database: Database;
  readonly queryXrays: QueryXrays;
  readonly encodeQuery: ((text: string) => Promise<readonly QueryVector[]>) | undefined;
}

export function caseSearch(parts: SearchParts, viewer: Viewer, db: ViewerDb, loaders: Loaders): CaseSearch {
  return async ({ text, uploadId, caseId, filter, first, after }) => {
    if (text === undefined && uploadId === undefined && caseId === undefined) {
      throw new AppError('INVALID_ARGUMENT', {
        message: 'a search needs at least one of text, xray and case',
        facts: { argument: 'input' },
      });
    }
    const ask = async (): Promise<SearchPage> => {
      const vectors = [
        ...(uploadId === undefined ? [] : await parts.queryXrays.describe(db, uploadId)),
        ...(text === undefined || !parts.encodeQuery ? [] : await parts.encodeQuery(text)),
      ];
      return searchCases(parts.database, viewer, { text, vectors, studyId: caseId, filter, first, after });
    };
    const page = await ask().catch((error: unknown) => {
      // The active space was switched since the X-ray was described: describe it again, once.
      if (uploadId === undefined || !(error instanceof AppError) || error.code !== 'SPACE_MISMATCH')
        throw error;
      parts.queryXrays.forget(uploadId);
      return ask();
    });
    const nodes = await Promise.all(page.hits.map((hit) => loaders.case.load(hit.studyId)));
    // A case that was erased between the two statements is left out, and counted as fallen short.
    const found = page.hits.flatMap((hit, index) => (nodes[index] ? [{ ...hit, node: nodes[index] }] : []));
    return { ...page, found, shortfall: page.shortfall + page.hits.length - found.length };
  };
}
