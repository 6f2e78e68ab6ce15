// One DataLoader per kind of read and request: many fields ask, one statement answers. Nothing outlives the request,
// so nothing that was seen once can be seen after access was taken away.
import type { ViewerDb } from '@tomograph/data';
import DataLoader from 'dataloader';

export type Loaders = ReturnType<typeof createLoaders>;

export function createLoaders(db: ViewerDb) {
  return {
    case: one((ids) => db.studiesByIds(ids)),
    series: one((ids) => db.seriesByIds(ids)),
    xray: one((ids) => db.xraysByIds(ids)),
    report: one((ids) => db.reportsByIds(ids)),
    sentence: one((ids) => db.sentencesByIds(ids)),
    segmentation: one((ids) => db.segmentationsByIds(ids)),
    noduleAssessment: one((ids) => db.noduleAssessmentsByIds(ids)),
    job: one((ids) => db.jobsByIds(ids)),
    apiKey: one((ids) => db.apiKeysByIds(ids)),
    project: one(() => db.projects()),
    seriesOfCase: many(
      (ids) => db.seriesByStudyIds(ids),
      (series) => series.studyId,
    ),
    xraysOfCase: many(
      (ids) => db.xraysByStudyIds(ids),
      (xray) => xray.studyId,
    ),
    reportsOfCase: many(
      (ids) => db.reportsByStudyIds(ids),
      (report) => report.studyId,
    ),
    segmentationsOfSeries: many(
      (ids) => db.segmentationsBySeriesIds(ids),
      (segmentation) => segmentation.seriesId,
    ),
    noduleAssessmentsOfSeries: many(
      (ids) => db.noduleAssessmentsBySeriesIds(ids),
      (assessment) => assessment.seriesId,
    ),
    sentencesOfReport: many(
      (ids) => db.sentencesByReportIds(ids),
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
