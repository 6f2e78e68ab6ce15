export * from './arch/merge-tasks.js';
export { type Extents, patchify, unpatchify, voxels } from './arch/patches.js';
export * from './arch/pvt.js';
export * from './arch/pvt-base.js';
export * from './arch/pvt-config.js';
export * from './arch/pvt-network.js';
export * from './arch/sliding-window.js';
export * from './autodiff/finite-difference.js';
export * from './autodiff/grad.js';
export { type Dim, product, type Shape } from './graph/dim.js';
export * from './graph/feeds.js';
export * from './graph/graph.js';
export {
  FlatParams,
  FrozenParams,
  flatten,
  type Init,
  initialVector,
  type ParamEntry,
  type ParamSource,
  unflatten,
  type Weights,
} from './graph/params.js';
export * from './graph/tensor-data.js';
export {
  type Adapter,
  adapterFromWeights,
  adapterSize,
  type Factors as LoraFactors,
  type Head,
  packAdapter,
  packedBase,
  packedWidth,
} from './lora/adapter.js';
export * from './lora/lora-scope.js';
export * from './lora/peft-format.js';
export * from './losses/binary-cross-entropy.js';
export * from './losses/deep-supervision.js';
export * from './losses/focal.js';
export * from './losses/giou.js';
export * from './losses/info-nce.js';
export * from './losses/kl-divergence.js';
export * from './losses/l1.js';
export * from './losses/row-mean.js';
export * from './losses/segmentation-loss.js';
export * from './metrics/bootstrap.js';
export * from './metrics/box-overlap.js';
export * from './metrics/calibration.js';
export * from './metrics/dice.js';
export * from './metrics/distance-transform.js';
export * from './metrics/fact-f1.js';
export * from './metrics/forgetting.js';
export * from './metrics/froc.js';
export * from './metrics/operating-point.js';
export * from './metrics/parameter-growth.js';
export * from './metrics/ranks.js';
export * from './metrics/retrieval-scores.js';
export * from './metrics/summary-statistics.js';
export * from './metrics/surface-distance.js';
export * as ops from './ops/build.js';
export * as layers from './ops/layers.js';
export { type AdamW, adamW } from './optim/adamw.js';
export * from './optim/schedule.js';
export * from './runtime/inference-pool.js';
export * from './runtime/session.js';
export {
  cosine,
  lateScores,
  pairLoss,
  relationLoss,
  relationTargets,
  robustTargets,
} from './systems/biud/alignment-loss.js';
export * from './systems/biud/biud-config.js';
export {
  Biud,
  type BiudFiles,
  type BiudModel,
  biudExpertsDigest,
  biudPreprocessing,
  biudSpaceDigest,
  decodeBiud,
  encodeBiud,
  openBiudReader,
  servingNetwork as biudNetwork,
} from './systems/biud/biud-model.js';
export * from './systems/biud/ct-encoder.js';
export * from './systems/biud/ct-input.js';
export * from './systems/biud/draft-report.js';
export * from './systems/biud/film-encoder.js';
export * from './systems/biud/film-input.js';
export * from './systems/biud/film-retrieval.js';
export { meaningPart } from './systems/biud/joined-vector.js';
export * from './systems/biud/late-interaction.js';
export * from './systems/biud/phrases.js';
export * from './systems/biud/query-vector.js';
export * from './systems/biud/sentence-contrast.js';
export * from './systems/biud/sentence-generator.js';
export * from './systems/biud/text-encoder.js';
export * from './systems/biud/text-reader.js';
export * from './systems/biud/train-ct.js';
export * from './systems/biud/train-film.js';
export * from './systems/biud/train-text.js';
export * from './systems/biud/train-view.js';
export * from './systems/biud/word-pieces.js';
export * from './systems/biud/zero-shot.js';
export * from './systems/loco-pvt/auxiliary-heads.js';
export * from './systems/loco-pvt/comparison-run.js';
export * from './systems/loco-pvt/crop-batch.js';
export * from './systems/loco-pvt/ellipsoid-organs.js';
export * from './systems/loco-pvt/method.js';
export * from './systems/loco-pvt/organ-task.js';
export * from './systems/loco-pvt/predict.js';
export * from './systems/loco-pvt/sequential-comparison.js';
export * from './systems/loco-pvt/single-comparison.js';
export * from './systems/loco-pvt/teach.js';
export * from './systems/pare/assess-nodule.js';
export * from './systems/pare/calibration.js';
export { axialDiameterMm, type Component, componentAtMiddle } from './systems/pare/component.js';
export { evidence, joined } from './systems/pare/evidence.js';
export * from './systems/pare/label-rule.js';
export { measure, measureNames } from './systems/pare/measures.js';
export * from './systems/pare/nodule-result.js';
export * from './systems/pare/pare-bundle.js';
export * from './systems/pare/pare-case.js';
export * from './systems/pare/pare-config.js';
export * from './systems/pare/pare-ensemble.js';
export * from './systems/pare/pare-member.js';
export * from './systems/pare/pare-pooled.js';
export { applyAffine, type CtVolume, type SlabPose, sampleSlab, slabToLps } from './systems/pare/patch.js';
export * from './systems/pare/prototypes.js';
export * from './systems/pare/train-head.js';
export * from './systems/pare/train-trunk.js';
export { type BestSoFar, type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './train/checkpoint.js';
export * from './train/program.js';
export type { StepReport, TrainingState } from './train/stepper.js';
export * from './train/trainer.js';
export * from './train/training-loop.js';
