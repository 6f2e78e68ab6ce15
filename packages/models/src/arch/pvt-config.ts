// Sizes of the pyramid vision transformer: what a stored base says about itself. Plain data, checked when read.
import { AppError } from '@tomograph/kernel';
import type { Extents } from './patches.js';

export interface PvtStage {
  /** Patch (kernel = stride) of its embedding. */
  readonly patch: number;
  readonly width: number;
  readonly heads: number;
  /** Keys and values are made on tokens reduced by this factor per axis. */
  readonly reduction: number;
  readonly encoderBlocks: number;
  /** Blocks of the decoder at this resolution; 0 for the deepest stage, where there is no decoder. */
  readonly decoderBlocks: number;
}

export interface PvtConfig {
  /** Patch that the network sees (z, y, x); position embeddings make it fixed. */
  readonly size: Extents;
  readonly stages: readonly PvtStage[];
  /** Channels at full resolution, where the heads stand. */
  readonly features: number;
  readonly mlpRatio: number;
}

export type PvtSize = 'tiny' | 'small' | 'base';

/** tiny: tests and evaluations in minutes. small: 64³ on a CPU. base: the shipped network. */
export function pvtConfig(size: PvtSize, extent: number = size === 'tiny' ? 32 : 64): PvtConfig {
  const stage = (
    patch: number,
    width: number,
    heads: number,
    reduction: number,
    encoderBlocks: number,
    decoderBlocks: number,
  ): PvtStage => ({ patch, width, heads, reduction, encoderBlocks, decoderBlocks });
  const stages: Record<PvtSize, readonly PvtStage[]> = {
    tiny: [stage(4, 32, 1, 2, 1, 1), stage(2, 64, 2, 1, 1, 1), stage(2, 96, 4, 1, 1, 0)],
    small: [
      stage(4, 32, 1, 4, 1, 1),
      stage(2, 64, 2, 2, 1, 1),
      stage(2, 128, 4, 1, 1, 1),
      stage(2, 160, 5, 1, 1, 0),
    ],
    base: [
      stage(4, 64, 1, 4, 2, 2),
      stage(2, 128, 2, 2, 2, 2),
      stage(2, 256, 4, 1, 2, 2),
      stage(2, 320, 5, 1, 2, 0),
    ],
  };
  const features = size === 'tiny' ? 8 : 16;
  return checkPvtConfig({ size: [extent, extent, extent], stages: stages[size], features, mlpRatio: 4 });
}

/** @throws AppError MANIFEST_INVALID for a configuration that is not one, or that no machine should build */
export function checkPvtConfig(value: unknown): PvtConfig {
  const config = value as PvtConfig;
  const within = (n: unknown, low: number, high: number): boolean =>
    Number.isInteger(n) && (n as number) >= low && (n as number) <= high;
  const sound =
    Array.isArray(config?.size) &&
    config.size.length === 3 &&
    config.size.every((extent) => within(extent, 4, 256)) &&
    Array.isArray(config.stages) &&
    within(config.stages.length, 2, 6) &&
    within(config.features, 1, 256) &&
    within(config.mlpRatio, 1, 8) &&
    config.stages.every(
      (s, i) =>
        within(s.patch, 1, 8) &&
        within(s.width, 1, 2048) &&
        within(s.heads, 1, 64) &&
        s.width % s.heads === 0 &&
        within(s.reduction, 1, 16) &&
        within(s.encoderBlocks, 0, 32) &&
        within(s.decoderBlocks, 0, i === config.stages.length - 1 ? 0 : 32),
    );
  if (!sound) {
    throw new AppError('MANIFEST_INVALID', {
      message: 'the configuration of the pyramid vision transformer is not usable',
    });
  }
  return config;
}
