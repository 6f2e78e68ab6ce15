// What a learned space says of one case, as the serve process hands it in: findings by prompts, a drafted report, where
// the regions lie. Networks and pixels stay there; the rights of the viewer are checked there, in the statements.
import type { Viewer } from '@tomograph/data';
import type { ReportFact } from '@tomograph/retrieval';

export interface PromptPair {
  readonly present: readonly string[];
  readonly absent?: readonly string[] | undefined;
}

export interface ZeroShotRequest {
  readonly findings?: readonly string[] | undefined;
  readonly prompts?: readonly PromptPair[] | undefined;
}

/** Margins of the region cells in z, y, x order, and the cell with the largest. */
export interface RegionEvidence {
  readonly cell: number;
  readonly heat: ArrayLike<number>;
}

export interface FindingAnswer extends RegionEvidence {
  /** Null: prompts of the caller. */
  readonly code: string | null;
  readonly prompts: { readonly present: readonly string[]; readonly absent: readonly string[] };
  readonly score: number;
  readonly probability: number | null;
  readonly threshold: number | null;
  readonly calibration?: { readonly positives: number; readonly cases: number };
}

interface ReadOfCase {
  readonly studyId: string;
  readonly seriesId: string;
  readonly space: string;
  /** Region cells along each axis. */
  readonly cells: number;
}

export interface ZeroShotResult extends ReadOfCase {
  readonly findings: readonly FindingAnswer[];
}

export interface DraftedSentence extends RegionEvidence {
  readonly text: string;
  readonly finding: string;
  readonly isPresent: boolean;
  readonly side?: 'left' | 'right' | 'bilateral';
  readonly probability: number;
  readonly threshold: number;
  readonly prompts: readonly string[];
  readonly nearestFacts: readonly ReportFact[];
}

export interface DraftedReport extends ReadOfCase {
  readonly text: string;
  readonly sentences: readonly DraftedSentence[];
}

/** LPS mm. */
export interface RegionBox {
  readonly low: readonly [number, number, number];
  readonly high: readonly [number, number, number];
}

type Seen = Pick<Viewer, 'projectIds'>;

/** Each throws AppErrors in the words of the reader: NOT_FOUND, SPACE_STATE, INVALID_ARGUMENT, LIMIT_EXCEEDED … */
export interface MeaningPort {
  readonly zeroShot: (
    studyId: string,
    request: ZeroShotRequest,
    viewer: Seen,
    signal: AbortSignal,
  ) => Promise<ZeroShotResult>;
  readonly draftReport: (studyId: string, viewer: Seen, signal: AbortSignal) => Promise<DraftedReport>;
  readonly regionBox: (seriesId: string, viewer: Seen, signal: AbortSignal) => Promise<RegionBox>;
}
