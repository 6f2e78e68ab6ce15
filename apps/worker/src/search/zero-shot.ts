// Zero-shot findings of a stored case: probability where the space is calibrated, evidence by region, prompts used.
// Research use only; says nothing that its calibration (docs/reference/biud.md) does not say.
import type { FindingAnswer } from '../compute/tasks.js';
import { ctOfStudy, labelOf, type MeaningServices, type MeaningViewer } from './ct-vectors.js';
import { type AskedPrompts, codesOf, promptsOf } from './findings-asked.js';

export interface ZeroShotRequest {
  /** Codes, names or synonyms of the vocabulary. With neither these nor prompts: all that are calibrated. */
  readonly findings?: readonly string[] | undefined;
  readonly prompts?: readonly AskedPrompts[] | undefined;
}

export interface ZeroShotResult {
  readonly studyId: string;
  /** The CT that was read. */
  readonly seriesId: string;
  /** `biud@1` */
  readonly space: string;
  /** Region cells along each axis; cell and heat are in z, y, x order: from the feet up, front to back, right to left. */
  readonly cells: number;
  /** In the order asked; of all, the most probable first. */
  readonly findings: readonly FindingAnswer[];
}

/** @throws AppError as ctOfStudy, codesOf and promptsOf; PROVIDER_UNAVAILABLE */
export async function zeroShot(
  studyId: string,
  request: ZeroShotRequest,
  viewer: MeaningViewer,
  services: MeaningServices,
  signal?: AbortSignal,
): Promise<ZeroShotResult> {
  const findings = request.findings === undefined ? undefined : codesOf(request.findings);
  const prompts = request.prompts === undefined ? undefined : promptsOf(request.prompts);
  const { study, regions, space, cells, seriesId } = await ctOfStudy(studyId, viewer, services);
  const question = { space: space.digest, ct: { study, regions }, findings, prompts };
  const answers = [...(await services.compute.run('answerFindings', question, signal))];
  if (findings === undefined && prompts === undefined)
    answers.sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0));
  return { studyId, seriesId, space: labelOf(space), cells, findings: answers };
}
