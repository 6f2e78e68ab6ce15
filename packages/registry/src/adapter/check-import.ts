// An adapter from elsewhere with what its importer says of it, checked against a base. No network runs: who asks over the
// API or the command line is refused here, at once, before there is a job.
import { AppError, type TrainTaskInput } from '@tomograph/kernel';
import { blobOf } from '../manifest/manifest-file.js';
import type { BaseManifest, Label } from '../manifest/manifest-schema.js';
import { type ImportedAdapter, importPeftFolder, type PeftFiles } from './peft-folder.js';
import type { VerifyOptions } from './verify-adapter.js';

/** The importer's words, over what the files say. */
export interface ImportWords {
  readonly licence?: string | undefined;
  /** True: it is for this base, for files that name none. */
  readonly declaresBase?: boolean | undefined;
  /** Structure -> value (ascending = order of the head's classes) and SNOMED code; needed where the files name no classes. */
  readonly labels?: TrainTaskInput['labels'];
}

export interface CheckedImport extends ImportedAdapter {
  /** Class n + 1 of the head. */
  readonly labels: readonly Label[];
  /** What verifies the same files again. */
  readonly options: VerifyOptions;
}

/** @throws AppError as importPeftFolder, ADAPTER_KEY_MISSING without a head: every misfit its own code */
export function checkImport(files: PeftFiles, base: BaseManifest, said: ImportWords = {}): CheckedImport {
  const given = Object.entries(said.labels ?? {}).sort(([, a], [, b]) => a.value - b.value);
  const options = {
    declaredBase: said.declaresBase === true ? blobOf(base, 'weights').digest : undefined,
    classes: given.length === 0 ? undefined : ['background', ...given.map(([name]) => name)],
  };
  const imported = importPeftFolder(files, base, { ...options, licence: said.licence });
  const { head } = imported.adapter;
  if (head === null) {
    throw new AppError('ADAPTER_KEY_MISSING', {
      message: 'the adapter has no head, so it names no structure',
    });
  }
  const codes = new Map(given);
  const labels = head.classes
    .slice(1)
    .map((name, at): Label => ({ value: at + 1, name, snomed: codes.get(name)?.snomed ?? null }));
  return { ...imported, labels, options };
}
