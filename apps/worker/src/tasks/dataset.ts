// A training data set as it lies in quarantine (a folder, or a zip of one) -> pairs of image and label map, and what the
// labels mean. nnU-Net's layout: imagesTr/NAME_0000.nii.gz, labelsTr/NAME.nii.gz, dataset.json; imagesTs and labelsTs as
// test set where both are there. Nothing here opens an image.
import { readFile } from 'node:fs/promises';
import type { Collected, SourceFile } from '@tomograph/imaging';
import { AppError, type TrainTaskInput } from '@tomograph/kernel';
import { organLabels } from '@tomograph/phantom';
import type { Label } from '@tomograph/registry';
import { z } from 'zod';

export interface DatasetCase {
  /** 1.. in the order of names: how a report speaks of it, since names can name patients. */
  readonly number: number;
  readonly image: SourceFile;
  readonly label: SourceFile;
  /** From imagesTs: never trained on. */
  readonly isTest: boolean;
}

export interface Dataset {
  readonly cases: readonly DatasetCase[];
  /** Class n + 1 of the head; `value` is that of the label maps. */
  readonly labels: readonly Label[];
  /** Values of the label maps that the data set explains: taught, or known and left out. */
  readonly known: ReadonlySet<number>;
  readonly notes: readonly string[];
}

const maxDescriptionBytes = 4 << 20;
const maxCases = 5000;
const endings = /\.(nii\.gz|nii|nrrd|mha)$/i;

const descriptionSchema = z.looseObject({
  labels: z.record(z.string().max(200), z.unknown()).optional(),
  channel_names: z.record(z.string(), z.string()).optional(),
  modality: z.record(z.string(), z.string()).optional(),
});

/** @throws AppError INVALID_ARGUMENT saying what is wrong with the folder as a whole */
export async function readDataset(
  { files, refused }: Collected,
  wanted: TrainTaskInput['labels'],
): Promise<Dataset> {
  const notes = refused.length === 0 ? [] : [`${refused.length} files were not read: ${refused[0]!.message}`];
  const root = rootOf(files);
  const description = await descriptionOf(files, root);
  const declared = declaredLabels(description?.labels);
  if (wanted === undefined && declared.size === 0) {
    throw refuse('it says nowhere what the labels mean: add dataset.json with "labels", or give labels');
  }
  const labels = taughtLabels(wanted, declared);
  const channels = Object.values(description?.channel_names ?? description?.modality ?? {});
  const odd = channels.find((channel) => !/\bct\b/i.test(channel));
  if (channels.length > 1 || odd !== undefined) {
    throw refuse(
      `dataset.json says that the images are ${channels.join(', ').slice(0, 100)}: tasks are for CT`,
    );
  }
  const cases = pairsOf(files, root);
  const known = new Set([...declared.values(), ...labels.map(({ value }) => value)]);
  return { cases, labels, known, notes };
}

/** What stands before `imagesTr/`, such as `` or `upload.zip/Dataset009_Spleen/`. */
function rootOf(files: readonly SourceFile[]): string {
  const roots = new Set(
    files.flatMap(({ name }) => {
      const match = /^(|.*\/)imagesTr\/[^/]+$/.exec(name);
      return match === null ? [] : [match[1]!];
    }),
  );
  if (roots.size === 1) return [...roots][0]!;
  throw refuse(
    roots.size === 0
      ? 'there is no folder imagesTr with images: use the layout of nnU-Net (imagesTr, labelsTr, dataset.json)'
      : `there are ${roots.size} folders imagesTr: give one data set at a time`,
  );
}

async function descriptionOf(files: readonly SourceFile[], root: string) {
  const file = files.find(({ name }) => name === `${root}dataset.json`);
  if (file === undefined) return undefined;
  if (file.bytes > maxDescriptionBytes) throw refuse(`dataset.json has ${file.bytes} bytes`);
  try {
    return descriptionSchema.parse(JSON.parse(await readFile(file.path, 'utf8')));
  } catch (cause) {
    throw refuse('dataset.json is not the JSON that nnU-Net writes', cause);
  }
}

/** nnU-Net: `{ "spleen": 1 }`; the older form of the Medical Segmentation Decathlon: `{ "1": "spleen" }`. */
function declaredLabels(labels: Readonly<Record<string, unknown>> | undefined): Map<string, number> {
  const found = new Map<string, number>();
  for (const [key, value] of Object.entries(labels ?? {})) {
    const isOld = typeof value === 'string';
    const name = isOld ? value : key;
    const number = Number(isOld ? key : value);
    if (Array.isArray(value)) {
      throw refuse(`label ${name.slice(0, 100)} is a region of several values: give each structure a value`);
    }
    if (!Number.isInteger(number) || number < 0 || number > 65_535) {
      throw refuse(
        `label ${name.slice(0, 100)} has the value ${String(value).slice(0, 20)}, expected 0 to 65535`,
      );
    }
    if (number === 0 || name === 'ignore') continue;
    if (name.length === 0 || name.length > 100)
      throw refuse('a label has no name, or one over 100 characters');
    found.set(name, number);
  }
  return found;
}

function taughtLabels(wanted: TrainTaskInput['labels'], declared: ReadonlyMap<string, number>): Label[] {
  const all = Object.entries(wanted ?? {}).map(([name, { value, snomed }]) => ({ name, value, snomed }));
  const labels =
    wanted === undefined ? [...declared].map(([name, value]) => ({ name, value, snomed: null })) : all;
  if (labels.length === 0 || labels.length > 254)
    throw refuse(`${labels.length} structures, expected 1 to 254`);
  if (new Set(labels.map(({ value }) => value)).size !== labels.length) {
    throw refuse('two structures have the same value');
  }
  return labels
    .sort((a, b) => a.value - b.value)
    .map(({ name, value, snomed }) => ({ name, value, snomed: snomed ?? knownSnomed(name) }));
}

/** By the name that TotalSegmentator uses. */
function knownSnomed(name: string): Label['snomed'] {
  const code = organLabels.find((label) => label.name === name)?.snomed;
  if (code === undefined) return null;
  const words = name.replaceAll('_', ' ');
  return { code, display: words[0]!.toUpperCase() + words.slice(1) };
}

function pairsOf(files: readonly SourceFile[], root: string): DatasetCase[] {
  const within = (folder: string): Map<string, SourceFile[]> => {
    const found = new Map<string, SourceFile[]>();
    for (const file of files) {
      const name = file.name.startsWith(`${root}${folder}/`)
        ? file.name.slice(root.length + folder.length + 1)
        : '';
      if (name.includes('/') || !endings.test(name)) continue;
      const stem = name.replace(endings, '');
      const key = folder.startsWith('images') ? stem.replace(/_\d{4}$/, '') : stem;
      found.set(key, [...(found.get(key) ?? []), file]);
    }
    return found;
  };
  const pairs = (['Tr', 'Ts'] as const).flatMap((part) => {
    const labels = within(`labels${part}`);
    return [...within(`images${part}`)].flatMap(([key, images]) => {
      if (images.length > 1) {
        throw refuse(
          `a case has ${images.length} images (several channels, or one image twice): one CT per case`,
        );
      }
      const [label] = labels.get(key) ?? [];
      // nnU-Net's imagesTs are often without labels: they teach and test nothing
      if (label === undefined) return [];
      return [{ key, image: images[0]!, label, isTest: part === 'Ts' }];
    });
  });
  const unpaired = within('imagesTr').size - pairs.filter(({ isTest }) => !isTest).length;
  if (unpaired > 0)
    throw refuse(`${unpaired} of the images in imagesTr have no label map of their name in labelsTr`);
  if (pairs.length > maxCases) throw refuse(`${pairs.length} cases, at most ${maxCases} are read`);
  return pairs
    .sort((a, b) => Number(a.isTest) - Number(b.isTest) || (a.key < b.key ? -1 : 1))
    .map(({ key: _, ...rest }, at) => ({ number: at + 1, ...rest }));
}

function refuse(why: string, cause?: unknown): AppError {
  return new AppError('INVALID_ARGUMENT', {
    message: `the training data cannot be used: ${why}`,
    facts: { argument: 'data' },
    cause,
  });
}
