// What the three encoders are made of and how each is trained: plain numbers. Source: six-systems §2 and §8.2.

export interface BiudConfig {
  /** Width of what words can speak of; see `spaceWidth`. */
  readonly width: number;
  /** How a patient looks from the front: width of that part of a vector. */
  readonly view: { readonly width: number };
  readonly text: {
    /** Word pieces of a sentence that are read. */
    readonly tokens: number;
    readonly width: number;
    readonly heads: number;
    readonly blocks: number;
  };
  readonly film: { readonly size: number; readonly widths: readonly [number, number] };
  readonly ct: {
    /** Cells along each axis; a multiple of 2 · `regions`. */
    readonly size: number;
    readonly widths: readonly [number, number];
    readonly heads: number;
    readonly blocks: number;
    /** Region cells along each axis. */
    readonly regions: number;
  };
}

/** Width of a vector of the common space. */
export const spaceWidth = ({ width, view }: Pick<BiudConfig, 'width' | 'view'>): number => width + view.width;

export const biudConfig: BiudConfig = {
  width: 64,
  view: { width: 32 },
  text: { tokens: 32, width: 64, heads: 4, blocks: 1 },
  film: { size: 64, widths: [32, 64] },
  ct: { size: 12, widths: [32, 64], heads: 4, blocks: 1, regions: 3 },
};

export interface TextRecipe {
  readonly steps: number;
  readonly peakRate: number;
  /** Word pieces read while training: generated sentences are shorter than `BiudConfig.text.tokens`. */
  readonly tokens: number;
  /** Reports of one batch and sentences of each; every report is written twice. */
  readonly reports: number;
  readonly sentences: number;
  readonly sentenceTemperature: number;
  readonly reportTemperature: number;
  /** Share of word pieces hidden: of words that name a finding, and of others. */
  readonly maskEntities: number;
  readonly maskOthers: number;
}

export const textRecipe: TextRecipe = {
  steps: 600,
  peakRate: 3e-3,
  tokens: 20,
  reports: 24,
  sentences: 5,
  sentenceTemperature: 0.07,
  reportTemperature: 0.1,
  maskEntities: 0.12,
  maskOthers: 0.06,
};

export interface FilmRecipe {
  readonly steps: number;
  readonly batch: number;
  readonly peakRate: number;
  readonly weightDecay: number;
  readonly temperature: number;
  readonly falseNegativeAt: number;
  readonly sentences: number;
  readonly contrastWeight: number;
  readonly contrastTemperature: number;
}

export const filmRecipe: FilmRecipe = {
  steps: 500,
  batch: 48,
  peakRate: 4e-3,
  weightDecay: 0.05,
  temperature: 0.1,
  falseNegativeAt: 0.95,
  sentences: 12,
  contrastWeight: 2,
  contrastTemperature: 0.25,
};

export interface ViewRecipe {
  readonly steps: number;
  readonly batch: number;
  readonly peakRate: number;
  readonly weightDecay: number;
  readonly temperature: number;
}

export const viewRecipe: ViewRecipe = {
  steps: 600,
  batch: 64,
  peakRate: 4e-3,
  weightDecay: 0.05,
  temperature: 0.1,
};

export interface CtRecipe {
  readonly steps: number;
  readonly batch: number;
  readonly peakRate: number;
  readonly weightDecay: number;
  readonly temperature: number;
  /** Reports at least this close say the same: their CTs are no negatives of each other. 2 = plain InfoNCE. */
  readonly falseNegativeAt: number;
  /** Weight of `contrastLoss`, and its temperature. */
  readonly contrastWeight: number;
  readonly contrastTemperature: number;
  /** Sentences of a report that the losses of sentences read. */
  readonly sentences: number;
  readonly regionWeight: number;
  readonly pairWeight: number;
  readonly relationWeight: number;
  readonly relationTemperature: number;
  /** A film is only taken for a CT when their reports are at least this close. */
  readonly retrievalAt: number;
}

export const ctRecipe: CtRecipe = {
  steps: 600,
  batch: 48,
  peakRate: 3e-3,
  weightDecay: 0.05,
  temperature: 0.1,
  falseNegativeAt: 0.95,
  contrastWeight: 4,
  contrastTemperature: 0.15,
  sentences: 12,
  regionWeight: 1,
  pairWeight: 1,
  relationWeight: 1,
  relationTemperature: 0.1,
  retrievalAt: 0.6,
};
