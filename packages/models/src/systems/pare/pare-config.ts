// What a PARE network is made of and how one is trained: plain numbers, no code. Source: six-systems §5 and §8.5.

/** Names of the radiologists' ratings that the network learns beside malignancy, in the order of its outputs. */
export const attributeNames = [
  'calcification',
  'lobulation',
  'margin',
  'sphericity',
  'spiculation',
  'subtlety',
  'texture',
] as const;
export type AttributeName = (typeof attributeNames)[number];

export interface PareConfig {
  /** Voxels of the slab that the network reads (z, y, x). */
  readonly patch: readonly [number, number, number];
  /** Distance of its voxels (z, y, x), mm. A thin slab: see docs/reference/pare.md for why it is not a cube. */
  readonly spacingMm: readonly [number, number, number];
  /** Channels at full, half and quarter resolution. */
  readonly widths: readonly [number, number, number];
  /** Width of tokens, embedding and prototypes. */
  readonly tokenWidth: number;
  readonly heads: number;
  /** Voxel classes of the parsing branch; 0 is background, 1 nodule, 2 vessel where the training data label it. */
  readonly parsed: readonly string[];
  readonly prototypesPerClass: number;
  /** What stands in the network: the ablations switch parts off. */
  readonly parsing: boolean;
  readonly recall: 'none' | 'momentum' | 'random';
}

export const pareConfig: PareConfig = {
  patch: [4, 32, 32],
  spacingMm: [1.5, 0.75, 0.75],
  widths: [8, 20, 40],
  tokenWidth: 32,
  heads: 4,
  parsed: ['background', 'nodule'],
  prototypesPerClass: 8,
  parsing: true,
  recall: 'momentum',
};

/** Steps of gradient descent: AdamW, cosine from `peakRate` to 0. */
export interface Descent {
  readonly batchSize: number;
  readonly steps: number;
  readonly peakRate: number;
}

export interface PareRecipe {
  /** Encoder, parsing and features, towards masks, malignancy and ratings together. */
  readonly trunk: Descent;
  /** Tokens, attention, recall and heads on views of the frozen trunk; `noise` is added to z-scores. */
  readonly head: Descent & { readonly noise: number };
  readonly weightDecay: number;
  /** Weight of the parsing loss and of the ratings beside the malignancy losses. */
  readonly parsingWeight: number;
  readonly attributeWeight: number;
  /** Clicks at every training nodule, and slabs in random poses that the head sees of each. */
  readonly clicks: number;
  readonly posesPerClick: number;
  /** Share that a prototype keeps of itself at one update. */
  readonly momentum: number;
  /** Epochs without use after which a prototype is planted anew. */
  readonly reseedAfterEpochs: number;
  /** How far a click may lie from the middle of the nodule, mm (standard deviation per axis). */
  readonly clickMm: number;
  readonly noiseHu: number;
  readonly shiftHu: number;
}

export const pareRecipe: PareRecipe = {
  trunk: { batchSize: 16, steps: 450, peakRate: 3e-3 },
  head: { batchSize: 64, steps: 300, peakRate: 2e-3, noise: 0.5 },
  weightDecay: 0.05,
  parsingWeight: 2,
  attributeWeight: 0.5,
  clicks: 2,
  posesPerClick: 3,
  momentum: 0.97,
  reseedAfterEpochs: 3,
  clickMm: 1.5,
  noiseHu: 20,
  shiftHu: 15,
};
