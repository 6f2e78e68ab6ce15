// One label map from the masks of several tasks. Which task may speak where (body part gating) is the caller's matter.
// Rule: among tasks whose label is foreground the most confident wins; equal confidence goes to the earlier task; an
// organ that two tasks know is taken from its owner, by default the newest. Source: six-systems §1.5, points 2 and 3.
import { AppError } from '@tomograph/kernel';
import type { TaskMask } from './sliding-window.js';

export interface MergedMask {
  /** Names of the merged classes, index 0 background. */
  readonly classes: readonly string[];
  readonly labels: Uint16Array;
  /** Voxels where two or more tasks claimed different organs. */
  readonly conflicts: number;
  /** Which organs stood against each other, names in the order of `classes`, most voxels first. */
  readonly conflictPairs: readonly { readonly organs: readonly [string, string]; readonly voxels: number }[];
  readonly foreground: number;
}

/**
 * @param masks in the order the tasks were learnt
 * @param options.rule 'confidence' as above, or 'order': the later task overwrites
 * @throws AppError LIMIT_EXCEEDED above 65,535 organs, INVALID_ARGUMENT when sizes differ
 */
export function mergeTasks(
  masks: readonly TaskMask[],
  options: {
    readonly rule?: 'confidence' | 'order';
    readonly owners?: Readonly<Record<string, string>>;
  } = {},
): MergedMask {
  const length = masks[0]?.labels.length ?? 0;
  if (masks.some(({ labels }) => labels.length !== length)) {
    throw new AppError('INVALID_ARGUMENT', { message: 'the masks to merge differ in size' });
  }
  const { classes, tables } = numbering(masks, options.owners ?? {});
  const labels = new Uint16Array(length);
  const pairs = new Map<number, number>();
  let conflicts = 0;
  let foreground = 0;
  for (let i = 0; i < length; i++) {
    let chosen = 0;
    let confidence = -1;
    let isConflict = false;
    for (const [t, mask] of masks.entries()) {
      const label = tables[t]![mask.labels[i]!]!;
      if (label === 0) continue;
      if (chosen !== 0 && chosen !== label) {
        isConflict = true;
        const pair = Math.min(chosen, label) * 65_536 + Math.max(chosen, label);
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
      }
      if (options.rule === 'order' || mask.confidence[i]! > confidence) {
        chosen = label;
        confidence = mask.confidence[i]!;
      }
    }
    labels[i] = chosen;
    if (chosen !== 0) foreground++;
    if (isConflict) conflicts++;
  }
  const conflictPairs = [...pairs]
    .sort(([a, n], [b, m]) => m - n || a - b)
    .map(([pair, voxels]) => ({
      organs: [classes[Math.floor(pair / 65_536)]!, classes[pair % 65_536]!] as const,
      voxels,
    }));
  return { classes, labels, conflicts, conflictPairs, foreground };
}

/** A number per organ name, and per task a table from its labels; 0 where another task owns the organ. */
function numbering(
  masks: readonly TaskMask[],
  owners: Readonly<Record<string, string>>,
): { classes: string[]; tables: number[][] } {
  const owner = new Map<string, string>();
  for (const { name, classes } of masks)
    for (const organ of classes.slice(1)) owner.set(organ, owners[organ] ?? name);
  const classes = ['background', ...owner.keys()];
  if (classes.length > 65_536) {
    throw new AppError('LIMIT_EXCEEDED', {
      message: `${classes.length - 1} organs do not fit into 16-bit labels`,
      facts: { organs: classes.length - 1 },
    });
  }
  const tables = masks.map(({ name, classes: own }) =>
    own.map((organ, i) => (i > 0 && owner.get(organ) === name ? classes.indexOf(organ) : 0)),
  );
  return { classes, tables };
}
