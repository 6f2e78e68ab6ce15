// The phantom as sequences of organ tasks. Which organs in which field of view; nothing is trained here.
import { normaliseHu, type OrganCase, type OrganTask, type Sequence } from '@tomograph/models';
import { type FieldOfView, label, labelGroups, type Phantom, render } from '@tomograph/phantom';

interface TaskPlan {
  readonly name: string;
  readonly fov: FieldOfView;
  /** Moves the field of view towards the feet, mm. */
  readonly downMm: number;
  /** First training seed. */
  readonly seed: number;
  /** Organ -> its phantom labels. */
  readonly organs: Readonly<Record<string, readonly number[]>>;
}
type Plan = readonly [TaskPlan, TaskPlan, TaskPlan];

const pair = (name: string): number[] => [label(`${name}_right`), label(`${name}_left`)];
const { lung_right, lung_left, heart, vertebrae } = labelGroups as Record<string, readonly number[]>;

/** Everything in one field of view, five organs and then three and two (six-systems §8.1): all bodies hold all organs. */
const oneView: Plan = [
  {
    name: 'base',
    fov: 'chest-abdomen',
    downMm: 0,
    seed: 100_000,
    organs: {
      lung_right: lung_right!,
      lung_left: lung_left!,
      heart: heart!,
      liver: [label('liver')],
      vertebrae: vertebrae!,
    },
  },
  {
    name: 'abdomen',
    fov: 'chest-abdomen',
    downMm: 0,
    seed: 200_000,
    organs: { stomach: [label('stomach')], colon: [label('colon')], kidneys: pair('kidney') },
  },
  {
    name: 'back',
    fov: 'chest-abdomen',
    downMm: 0,
    seed: 300_000,
    organs: { autochthon: pair('autochthon'), aorta: [label('aorta')] },
  },
];

/** Each later set is another body part, as in the published sequence: it shows little or nothing of the base's organs. */
const bodyParts: Plan = [
  {
    name: 'chest',
    fov: 'chest',
    downMm: 0,
    seed: 400_000,
    organs: {
      lung_right: lung_right!,
      lung_left: lung_left!,
      heart: heart!,
      aorta: [label('aorta')],
      scapulae: pair('scapula'),
    },
  },
  {
    name: 'abdomen',
    fov: 'abdomen',
    downMm: 50,
    seed: 500_000,
    organs: { colon: [label('colon')], kidneys: pair('kidney'), small_bowel: [label('small_bowel')] },
  },
  {
    name: 'pelvis',
    fov: 'abdomen',
    downMm: 130,
    seed: 600_000,
    organs: { hips: pair('hip'), iliopsoas: pair('iliopsoas') },
  },
];
export const phantomPlans = { oneView, bodyParts } as const;

export interface PhantomTaskOptions {
  /** Voxels per axis. */
  readonly extent: number;
  readonly train: number;
  readonly test: number;
  readonly log: (line: string) => void;
}

/** Disjoint training subjects per task, the same test subjects for all. */
export function phantomSequence(plan: Plan, options: PhantomTaskOptions): Sequence {
  const [base, one, two] = plan.map((task) => phantomTask(task, options)) as [
    OrganTask,
    OrganTask,
    OrganTask,
  ];
  return { base, tasks: [one, two] };
}

function phantomTask({ name, fov, downMm, seed, organs }: TaskPlan, options: PhantomTaskOptions): OrganTask {
  const { extent, train, test, log } = options;
  const table = tableOf(organs);
  const cases = (from: number, count: number): OrganCase[] =>
    Array.from({ length: count }, (_, i) =>
      toCase(
        render(from + i, { size: extent, fov, shiftMm: [0, 0, -downMm], acquisition: { noiseHu: 20 } }),
        table,
      ),
    );
  log(`phantoms of ${name}: ${train} to train, ${test} to test`);
  return {
    name,
    classes: ['background', ...Object.keys(organs)],
    size: [extent, extent, extent],
    train: cases(seed, train),
    test: cases(910_000, test),
  };
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
