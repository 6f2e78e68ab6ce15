// Dice of a task on cases that lie on the base's grid already: the sliding window of serving, without its merging.
import { type CropCase, segment } from '@tomograph/models';
import type { BaseSession } from '../registry/model-house.js';
import { patchSource } from '../segment/base-grid.js';
import type { Skill } from './canary.js';
import { type CaseScores, scoreCase } from './dice-metrics.js';

export interface MeasureOptions {
  /** Share of a patch that neighbours share; default that of the base. */
  readonly overlap?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export async function measureDice(
  session: BaseSession,
  skill: Skill,
  cases: readonly CropCase[],
  options: MeasureOptions = {},
): Promise<CaseScores[]> {
  const scores: CaseScores[] = [];
  for (const item of cases) {
    options.onProgress?.(scores.length, cases.length);
    const labels = await labelsOf(session, skill, item, options);
    scores.push(scoreCase(labels, item.labels, skill.head.classes));
  }
  return scores;
}

/** Class per voxel of one case. */
export async function labelsOf(
  session: BaseSession,
  skill: Skill,
  { size: [nz, ny, nx], image }: Pick<CropCase, 'size' | 'image'>,
  { overlap, signal }: MeasureOptions,
): Promise<Uint8Array> {
  const { preprocessing } = session.manifest;
  const source = patchSource({ size: [nx, ny, nz], voxels: image }, preprocessing);
  const [mask] = await segment(source, [{ name: 'measured', ...skill }], {
    pool: session.pool,
    layout: session.layout,
    patch: session.base.config.size,
    overlap: overlap ?? preprocessing.overlap,
    ...(signal === undefined ? {} : { signal }),
  });
  return mask!.labels;
}
