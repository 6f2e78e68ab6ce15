// One DataLoader per kind of read and request: many fields ask, one statement answers. Nothing outlives the request,
// so nothing that was seen once can be seen after access was taken away.
import DataLoader from 'dataloader';
import type { ApiStore } from './store.js';

export type Loaders = ReturnType<typeof createLoaders>;

export function createLoaders(store: ApiStore) {
  const { batch } = store;
  return {
    case: one((ids) => batch.cases(ids)),
    series: one((ids) => batch.series(ids)),
    xray: one((ids) => batch.xrays(ids)),
    report: one((ids) => batch.reports(ids)),
    sentence: one((ids) => batch.sentences(ids)),
    job: one((ids) => batch.jobs(ids)),
    apiKey: one((ids) => batch.apiKeys(ids)),
    project: one(() => store.projects()),
    seriesOfCase: many(
      (ids) => batch.seriesOfCases(ids),
      (series) => series.studyId,
    ),
    xraysOfCase: many(
      (ids) => batch.xraysOfCases(ids),
      (xray) => xray.studyId,
    ),
    reportsOfCase: many(
      (ids) => batch.reportsOfCases(ids),
      (report) => report.studyId,
    ),
    sentencesOfReport: many(
      (ids) => batch.sentencesOfReports(ids),
      (sentence) => sentence.reportId,
    ),
  };
}

function one<T extends { readonly id: string }>(read: (ids: readonly string[]) => Promise<readonly T[]>) {
  return new DataLoader<string, T | null>(async (ids) => {
    const found = new Map((await read(ids)).map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });
}

function many<T>(read: (ids: readonly string[]) => Promise<readonly T[]>, ownerOf: (row: T) => string) {
  return new DataLoader<string, T[]>(async (ids) => {
    const byOwner = new Map<string, T[]>(ids.map((id) => [id, []]));
    for (const row of await read(ids)) byOwner.get(ownerOf(row))?.push(row);
    return ids.map((id) => byOwner.get(id) ?? []);
  });
}
