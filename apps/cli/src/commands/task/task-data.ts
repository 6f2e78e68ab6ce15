// What a person gives beside the images: the file of labels; and the names of cases, which only this side knows.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, type TrainTaskInput } from '@tomograph/kernel';
import { assertReadable } from '../../jobs/into-quarantine.js';

type Labels = NonNullable<TrainTaskInput['labels']>;

/**
 * `{"spleen": 1}`, `{"spleen": {"value": 1, "snomed": {"code": "78961009", "display": "Spleen"}}}`, or nnU-Net's
 * dataset.json as it is.
 * @throws AppError INVALID_ARGUMENT
 */
export async function readLabels(path: string): Promise<Labels> {
  await assertReadable(path);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new AppError('INVALID_ARGUMENT', { message: `${path} is not JSON`, cause });
  }
  const inner = (json as { labels?: unknown } | null)?.labels ?? json;
  if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) {
    throw new AppError('INVALID_ARGUMENT', { message: `${path} is not an object of structures and values` });
  }
  const labels = Object.entries(inner).flatMap(([name, value]): [string, Labels[string]][] => {
    if (name === 'background' || value === 0) return [];
    return [[name, typeof value === 'number' ? { value, snomed: null } : (value as Labels[string])]];
  });
  return Object.fromEntries(labels);
}

/** `case 3` of a report becomes `case 3 (liver_003)`: the job tells no names, since names can name patients. */
export async function withCaseNames(error: unknown, data: string): Promise<unknown> {
  if (!(error instanceof AppError) || !/case \d+/.test(error.message)) return error;
  const read = async (folder: string) => {
    const names = await readdir(join(data, folder)).catch(() => [] as string[]);
    const stems = names.flatMap((name) => /^(.+?)\.(?:nii\.gz|nii|nrrd|mha)$/i.exec(name)?.[1] ?? []);
    return stems.sort();
  };
  const names = [...(await read('labelsTr')), ...(await read('labelsTs'))];
  const message = error.message.replace(/case (\d+)/g, (text, number) => {
    const name = names[Number(number) - 1];
    return name === undefined ? text : `${text} (${name})`;
  });
  return new AppError(error.code, { message, facts: error.facts, cause: error });
}
