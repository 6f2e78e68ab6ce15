// What the compute thread is asked and what it answers: plain data that crosses by transfer, not by copy.
import type { Image2d, Thumbnails, Volume } from '@tomograph/imaging';
import type { Sha256, XrayView } from '@tomograph/kernel';
import type { CtFrame, CtVectorsOfStudy, DraftReport, Prompts } from '@tomograph/models';
import type { CaseRequest, PreparedCase } from '../tasks/training-case.js';
import type { FindingsQuestion } from './findings.js';

/** A vector with the descriptor or network that made it. */
export interface DerivedVector {
  /** Digest of the embedding space. */
  readonly space: string;
  /** '' for the one vector of a whole, else a view. */
  readonly part: string;
  readonly vector: Float32Array;
}

/** Everything made of a volume at ingest. `vectors` is empty where the descriptor found no body. */
export interface DerivedVolume {
  /** NIfTI, gzipped. */
  readonly nifti: Uint8Array;
  readonly thumbnails: Thumbnails;
  readonly vectors: readonly DerivedVector[];
}

export interface DerivedXray {
  /** PNG, 8 bit, bone bright, in the resolution of the source. */
  readonly png: Uint8Array;
  readonly thumbnail: Uint8Array;
  readonly vectors: readonly DerivedVector[];
}

/** A report as it means in one space, and each of its sentences in order. */
export interface DerivedReport {
  /** Which of the reports that were asked with. */
  readonly at: number;
  readonly report: DerivedVector;
  readonly sentences: readonly DerivedSentence[];
}

export interface DerivedSentence extends DerivedVector {
  readonly text: string;
  readonly weight: number;
}

/** Words as a question: the whole, and what its sentences ask regions for. */
export interface DerivedQuery {
  readonly whole: DerivedVector;
  readonly sentences: readonly DerivedSentence[];
}

/** What the learned space says of one finding, or of one pair of prompts, in one CT. */
export interface FindingAnswer {
  /** Null: prompts of the caller. */
  readonly code: string | null;
  readonly prompts: Prompts;
  /** Cosine to what affirms minus cosine to what denies; mean of the whole CT's and the best cell's. */
  readonly score: number;
  /** Null where nothing calibrates the score: it is then no probability. */
  readonly probability: number | null;
  /** Of the probability. */
  readonly threshold: number | null;
  /** Cases that the calibration was fitted on. */
  readonly calibration?: { readonly positives: number; readonly cases: number };
  /** The region cell that speaks for it most, and every cell's margin, in z, y, x order. */
  readonly cell: number;
  readonly heat: readonly number[];
}

export interface RenderedPhantom {
  readonly volume: Volume;
  readonly reportText: string;
  readonly sex: 'FEMALE' | 'MALE';
  readonly ageYears: number;
  readonly xray: Image2d;
}

export interface ComputeTasks {
  volume: { input: { volume: Volume; isHounsfield: boolean }; output: DerivedVolume };
  xray: { input: { image: Image2d; view: XrayView }; output: DerivedXray };
  /** Only the vectors, for spaces that are built after the ingest; of a learned space `only` this one's. */
  describeVolume: { input: { volume: Volume; only?: Sha256 }; output: readonly DerivedVector[] };
  describeXray: {
    input: { image: Image2d; view: XrayView; only?: Sha256 };
    output: readonly DerivedVector[];
  };
  /** Undefined where the space's encoders are not installed. */
  describeQuery: { input: { text: string; space: Sha256 }; output: DerivedQuery | undefined };
  /** Sentences of each report; empty where no learned space is installed. */
  describeReports: {
    input: { reports: readonly (readonly string[])[]; only?: Sha256 };
    output: readonly DerivedReport[];
  };
  answerFindings: { input: FindingsQuestion; output: readonly FindingAnswer[] };
  draftReport: { input: { space: Sha256; ct: CtVectorsOfStudy }; output: DraftReport };
  /** Box of the patient that the region cells of a stored volume divide; undefined where there is no body. */
  ctFrame: { input: { nifti: Uint8Array }; output: CtFrame | undefined };
  /** `size` in voxels along each axis. */
  phantom: { input: { seed: number; size: number }; output: RenderedPhantom };
  /** Reads the two files of a case to train on. */
  trainingCase: { input: CaseRequest; output: PreparedCase };
}

export type TaskName = keyof ComputeTasks;
