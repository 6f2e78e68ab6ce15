// Labels of a task as a client names them -> as jobs and imports take them.
import { AppError, type TrainTaskInput } from '@tomograph/kernel';

export interface TaskLabel {
  readonly name: string;
  readonly value: number;
  readonly snomedCode?: string | null | undefined;
  readonly snomedDisplay?: string | null | undefined;
}

/** @throws AppError INVALID_ARGUMENT for a name or a value twice */
export function taskLabels(labels: readonly TaskLabel[] | null | undefined): TrainTaskInput['labels'] {
  if (labels == null || labels.length === 0) return undefined;
  const isTwice = (key: keyof TaskLabel) => new Set(labels.map((label) => label[key])).size < labels.length;
  if (labels.length > 4096 || isTwice('name') || isTwice('value')) {
    throw new AppError('INVALID_ARGUMENT', {
      message: 'labels: at most 4,096, each name and each value once',
      facts: { argument: 'labels' },
    });
  }
  return Object.fromEntries(
    labels.map(({ name, value, snomedCode, snomedDisplay }) => [
      name,
      { value, snomed: snomedCode == null ? null : { code: snomedCode, display: snomedDisplay ?? name } },
    ]),
  );
}
