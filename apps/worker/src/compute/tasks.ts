// What the compute thread is asked and what it answers: plain data that crosses by transfer, not by copy.
import type { Image2d, Thumbnails, Volume } from '@tomograph/imaging';
import type { XrayView } from '@tomograph/kernel';
import type { DraftReport } from '@tomograph/models';
import type { CaseRequest, PreparedCase } from '../tasks/training-case.js';

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

/** A report as it means, and each of its sentences in order. */
export interface DerivedReport {
  readonly report: DerivedVector;
  readonly sentences: readonly (DerivedVector & { readonly text: string; readonly weight: number })[];
}

/** What the learned space says of one CT, by the shipped calibration; every finding that has one. */
export interface FindingsOfCt {
  readonly findings: readonly {
    readonly code: string;
    readonly probability: number;
    readonly threshold: number;
    readonly isPresent: boolean;
    /** The region cell that speaks for it most. */
    readonly cell: number;
    readonly prompts: readonly string[];
  }[];
  readonly draft: DraftReport;
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
  /** Only the vectors, for spaces that are built after the ingest. */
  describeVolume: { input: { volume: Volume }; output: readonly DerivedVector[] };
  describeXray: { input: { image: Image2d; view: XrayView }; output: readonly DerivedVector[] };
  /** Words as a query, see `queryVector`; undefined where no learned space is shipped. */
  describeQuery: { input: { text: string }; output: DerivedVector | undefined };
  /** Sentences of each report; empty where no learned space is shipped. */
  describeReports: {
    input: { reports: readonly (readonly string[])[] };
    output: readonly DerivedReport[];
  };
  /** Undefined where no learned space is shipped. */
  readFindings: {
    input: { study: Float32Array; regions: readonly Float32Array[] };
    output: FindingsOfCt | undefined;
  };
  /** `size` in voxels along each axis. */
  phantom: { input: { seed: number; size: number }; output: RenderedPhantom };
  /** Reads the two files of a case to train on. */
  trainingCase: { input: CaseRequest; output: PreparedCase };
}

export type TaskName = keyof ComputeTasks;
