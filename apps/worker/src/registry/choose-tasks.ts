// The names that a caller gives -> versions to run: `spleen` is its champion, `spleen/3`, `spleen@challenger` and whole
// URIs say more; `base` is the base itself.
import { AppError, type Sha256 } from '@tomograph/kernel';
import type { Registry, VersionRow } from '@tomograph/registry';
import type { ChosenTask } from '../segment/segment-volume.js';
import type { ModelHouse } from './model-house.js';
import { shippedBaseName } from './shipped-base.js';

export interface ResolvedTasks {
  readonly base: Sha256;
  readonly rows: readonly VersionRow[];
}

/**
 * Aliases are resolved here, once: a job that is repeated later runs the same versions.
 * @throws AppError INVALID_ARGUMENT for no tasks, a task twice, or tasks of two bases; NOT_FOUND; PROMOTION_REFUSED
 */
export async function resolveTasks(registry: Registry, names: readonly string[]): Promise<ResolvedTasks> {
  if (names.length === 0 || names.length > 200) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `name 1 to 200 tasks, got ${names.length}`,
      facts: { argument: 'tasks' },
    });
  }
  const rows: VersionRow[] = [];
  for (const name of names) rows.push(await registry.resolve(uriOfTask(name)));
  const twice = rows.find((row, at) => rows.some((other, i) => i < at && other.model === row.model));
  if (twice !== undefined) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `task ${twice.model} is named twice`,
      facts: { argument: 'tasks' },
    });
  }
  const bases = new Set(rows.map((row) => row.base ?? row.manifest));
  if (bases.size > 1) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `these tasks belong to ${bases.size} bases: ask for the tasks of one base at a time`,
      facts: { argument: 'tasks' },
    });
  }
  return { base: [...bases][0]!, rows };
}

/** A name without version or alias means the champion; the base has one from the first start. */
export function uriOfTask(name: string): string {
  const trimmed = name.trim();
  if (trimmed.startsWith('models:/')) return trimmed;
  const model = trimmed === 'base' ? shippedBaseName : trimmed;
  return /[@/]/.test(model) ? `models:/${model}` : `models:/${model}@champion`;
}

/** @throws AppError as ModelHouse.adapter */
export async function holdTasks(house: ModelHouse, rows: readonly VersionRow[]): Promise<ChosenTask[]> {
  const tasks: ChosenTask[] = [];
  for (const { model, version, manifest, kind } of rows) {
    tasks.push({
      model,
      version,
      manifest,
      ...(kind === 'base' ? {} : { adapter: await house.adapter(manifest) }),
    });
  }
  return tasks;
}
