// The values of $1–$10 of every statement that filters studies (sql/study-filter.sql). Not the statements.
import type { SearchFilter } from './search-request.js';

/** Whoever asks, as far as this room needs to know: packages/data's Viewer fits. */
export interface SearchViewer {
  /** All of these projects and nothing else. */
  readonly projectIds: readonly string[];
}

/** @param excludedStudyId a study that is never an answer: the one that is compared with */
export function filterValues(
  viewer: SearchViewer,
  filter: SearchFilter = {},
  excludedStudyId?: string,
): readonly unknown[] {
  return [
    [...viewer.projectIds],
    given(filter.modality),
    given(filter.bodyPart),
    given(filter.sex),
    given(filter.ageBand),
    dayText(filter.from),
    dayText(filter.to),
    given(filter.finding),
    filter.demo ?? null,
    excludedStudyId ?? null,
  ];
}

function given<T>(values: readonly T[] | null | undefined): readonly T[] | null {
  return values && values.length > 0 ? [...values] : null;
}

function dayText(day: string | Date | null | undefined): string | null {
  return day instanceof Date ? day.toISOString().slice(0, 10) : (day ?? null);
}
