// The phantom as a sequence of organ tasks: disjoint training subjects per task, the same test subjects for all.
import { normaliseHu, type OrganCase, type OrganTask, type Sequence } from '@tomograph/models';
import { label, labelGroups, type Phantom, render } from '@tomograph/phantom';

/** Organ -> its phantom labels. Five of the base, then three, then two (six-systems §8.1). */
const organs = {
  base: {
    lung_right: labelGroups.lung_right!,
    lung_left: labelGroups.lung_left!,
    heart: labelGroups.heart!,
    liver: [label('liver')],
    vertebrae: labelGroups.vertebrae!,
  },
  abdomen: {
    stomach: [label('stomach')],
    colon: [label('colon')],
    kidneys: [label('kidney_right'), label('kidney_left')],
  },
  back: { autochthon: [label('autochthon_right'), label('autochthon_left')], aorta: [label('aorta')] },
} as const satisfies Record<string, Record<string, readonly number[]>>;

export interface PhantomTaskOptions {
  /** Voxels per axis. */
  readonly extent: number;
  readonly train: number;
  readonly test: number;
  readonly log: (line: string) => void;
}

export function phantomSequence(options: PhantomTaskOptions): Sequence {
  const { extent, train, test, log } = options;
  const subjects = (from: number, count: number): Phantom[] =>
    Array.from({ length: count }, (_, i) => {
      if (i % 32 === 31) log(`phantoms: ${i + 1} of ${count}`);
      return render(from + i, { size: extent, acquisition: { noiseHu: 20 } });
    });
  const testSubjects = subjects(900_000, test);
  const task = (name: keyof typeof organs, from: number): OrganTask => {
    const table = tableOf(organs[name]);
    const cases = (phantoms: readonly Phantom[]): OrganCase[] =>
      phantoms.map((phantom) => toCase(phantom, table));
    return {
      name,
      classes: ['background', ...Object.keys(organs[name])],
      size: [extent, extent, extent],
      train: cases(subjects(from, train)),
      test: cases(testSubjects),
    };
  };
  return { base: task('base', 100_000), tasks: [task('abdomen', 200_000), task('back', 300_000)] };
}

/** Phantom label -> class of the task. */
function tableOf(named: Readonly<Record<string, readonly number[]>>): Uint8Array {
  const table = new Uint8Array(1024);
  Object.values(named).forEach((ids, i) => {
    for (const id of ids) table[id] = i + 1;
  });
  return table;
}

/** Voxel (i, j, k) at i + nx·(j + ny·k) is the network's (z, y, x) order as it stands. */
function toCase({ volume, labels }: Phantom, table: Uint8Array): OrganCase {
  return {
    image: Float32Array.from(volume.voxels, normaliseHu),
    labels: Uint8Array.from(labels.voxels, (id) => table[id]!),
  };
}
