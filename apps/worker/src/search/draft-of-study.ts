// A drafted report of a stored case, each sentence with its evidence: the region that speaks for it, every region's
// margin, and what the reports nearest to this CT say of the same finding. Research use only.
import type { DraftSentence } from '@tomograph/models';
import { nearestReports, type ReportFact } from '@tomograph/retrieval';
import { ctOfStudy, labelOf, type MeaningServices, type MeaningViewer } from './ct-vectors.js';

/** Reports that are looked at, and sentences of them that are shown with one drafted sentence. */
const nearest = 50;
const factsShown = 3;

export interface EvidencedSentence extends DraftSentence {
  /** The nearest first; of other cases that the viewer may see. */
  readonly nearestFacts: readonly ReportFact[];
}

export interface DraftOfStudy {
  readonly studyId: string;
  readonly seriesId: string;
  readonly space: string;
  readonly cells: number;
  readonly text: string;
  readonly sentences: readonly EvidencedSentence[];
}

/** @throws AppError as ctOfStudy; PROVIDER_UNAVAILABLE */
export async function draftOfStudy(
  studyId: string,
  viewer: MeaningViewer,
  services: MeaningServices,
  signal?: AbortSignal,
): Promise<DraftOfStudy> {
  const { study, regions, space, cells, seriesId } = await ctOfStudy(studyId, viewer, services);
  // asked first: the vectors move to the compute thread
  const asked = { space: space.id, width: space.width, vector: study.slice(), exceptStudyId: studyId };
  const question = { space: space.digest, ct: { study, regions } };
  const draft = await services.compute.run('draftReport', question, signal);
  const codes = draft.sentences.map(({ finding }) => finding);
  const facts = await nearestReports(services.database, viewer, asked, { reports: nearest, findings: codes });
  const of = ({ finding, isPresent }: DraftSentence) =>
    facts.filter((fact) => (isPresent ? fact.present : fact.absent).includes(finding)).slice(0, factsShown);
  const sentences = draft.sentences.map((one) => ({ ...one, nearestFacts: of(one) }));
  return { studyId, seriesId, space: labelOf(space), cells, text: draft.text, sentences };
}
