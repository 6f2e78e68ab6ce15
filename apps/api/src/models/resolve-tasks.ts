// The names that a caller gives -> versions to run. Aliases are resolved here, once, so that the job runs what was asked
// for even when a champion changes meanwhile.
import { AppError, type Sha256 } from '@tomograph/kernel';
import { formatModelUri, readBaseManifest, type VersionRow } from '@tomograph/registry';
import type { ModelDoor } from './model-catalogue.js';

const maxTasks = 200;

export interface ResolvedTasks {
  readonly base: Sha256;
  /** `models:/name/version`, in the order given. */
  readonly uris: readonly string[];
}

/**
 * @param names `spleen` (its champion), `spleen/3`, `spleen@challenger`, a whole URI, or the name of a base for its own head
 * @throws AppError INVALID_ARGUMENT for no tasks, one twice, or tasks of two bases; NOT_FOUND; PROMOTION_REFUSED
 */
export async function resolveTasks(
  { registry }: ModelDoor,
  names: readonly string[],
): Promise<ResolvedTasks> {
  if (names.length === 0 || names.length > maxTasks)
    throw invalid(`name 1 to ${maxTasks} tasks, got ${names.length}`);
  const rows: VersionRow[] = [];
  for (const name of names) rows.push(await registry.resolve(uriOfTask(name)));
  const twice = rows.find((row, at) => rows.some((other, i) => i < at && other.model === row.model));
  if (twice !== undefined) throw invalid(`task ${twice.model} is named twice`);
  const bases = new Set(rows.map((row) => row.base ?? row.manifest));
  if (bases.size > 1) {
    throw invalid(`these tasks belong to ${bases.size} bases: ask for the tasks of one base at a time`);
  }
  const [base] = [...bases] as [Sha256];
  if (!(await takesTasks(registry, base)))
    throw invalid(`${rows[0]!.model} segments nothing: it answers other questions`);
  return {
    base,
    uris: rows.map(({ model, version }) => formatModelUri({ model, version })),
  };
}

/** A name without version or alias means the champion. */
export function uriOfTask(name: string): string {
  const trimmed = name.trim();
  if (trimmed.startsWith('models:/')) return trimmed;
  return /[@/]/.test(trimmed) ? `models:/${trimmed}` : `models:/${trimmed}@champion`;
}

/**
 * The base to build on: the named one, or the only one there is.
 * @throws AppError NOT_FOUND, INVALID_ARGUMENT
 */
export async function resolveBase(
  { registry }: ModelDoor,
  name: string | null | undefined,
): Promise<VersionRow> {
  const state = await registry.state();
  const bases: string[] = [];
  for (const model of state.models()) {
    const [first] = state.versions(model);
    if (first?.kind === 'base' && (await takesTasks(registry, first.manifest))) bases.push(model);
  }
  if (name == null && bases.length > 1) {
    throw invalid(`there are ${bases.length} bases: say which one of ${bases.join(', ')}`, 'base');
  }
  const wanted = name ?? bases[0];
  if (wanted === undefined) {
    throw new AppError('NOT_FOUND', {
      message: 'no base is registered yet: a worker registers the shipped one when it starts',
      facts: { argument: 'base' },
    });
  }
  const row = await registry.resolve(uriOfTask(wanted));
  if (row.kind !== 'base') throw invalid(`${row.model} is a task, not a base`, 'base');
  if (!(await takesTasks(registry, row.manifest))) throw invalid(`${row.model} takes no tasks`, 'base');
  return row;
}

/** A model without a head, such as the one for nodules, is registered as a base and takes no tasks. */
async function takesTasks({ blobs }: ModelDoor['registry'], manifest: Sha256): Promise<boolean> {
  return (await readBaseManifest(blobs, manifest)).head !== null;
}

function invalid(message: string, argument = 'tasks'): AppError {
  return new AppError('INVALID_ARGUMENT', { message, facts: { argument } });
}
