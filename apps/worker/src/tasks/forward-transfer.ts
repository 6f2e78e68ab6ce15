// What stood before a task was taught, on the task's own test set: the two numbers that forward transfer compares.
// With a frozen base and private heads nothing answers for a structure that is new: there, what stood before is the task's
// own head before its first step. Source: Lopez-Paz & Ranzato 2017; docs/reference/registry-format.md §6.
import { Random } from '@tomograph/kernel';
import type { CropCase, Head } from '@tomograph/models';
import type { BaseSession } from '../registry/model-house.js';
import type { Skill } from './canary.js';
import { type CaseScores, meanDiceOf, scoreCase } from './dice-metrics.js';
import { labelsOf, type MeasureOptions, measureDice } from './measure-dice.js';

export interface BeforeTeaching {
  /** Mean Dice of the composition as it was: the newest head that knows a structure by its name, else the untrained one. */
  readonly before: number | null;
  /** Mean Dice of the untrained head on the frozen base: what is expected of knowing nothing. */
  readonly untrained: number | null;
}

/**
 * @param earlier the base and the tasks before, oldest first
 * @param classes of the task's head, the background first
 */
export async function measureBeforeTeaching(
  session: BaseSession,
  earlier: readonly Skill[],
  classes: readonly string[],
  cases: readonly CropCase[],
  options: MeasureOptions = {},
): Promise<BeforeTeaching> {
  const head = untrainedHead(session.base.config.features, classes);
  const untrained = await measureDice(session, { head }, cases, options);
  const before = untrained.map((scores) => new Map(scores));
  for (const [skill, structures] of holders(earlier, classes)) {
    const known = await measureAs(session, skill, classes, cases, options);
    for (const [at, scores] of known.entries())
      for (const name of structures) before[at]!.set(name, scores.get(name));
  }
  return { before: meanDiceOf(before), untrained: meanDiceOf(untrained) };
}

/** A head before its first step: small random weights, the same for every task of the same classes. */
export function untrainedHead(features: number, classes: readonly string[]): Head {
  const random = new Random(1, 'untrained head');
  const weight = Float32Array.from(
    { length: features * classes.length },
    () => random.normal() / Math.sqrt(features),
  );
  return { weight, bias: new Float32Array(classes.length), classes };
}

/** Who answers for which of the structures; the newest one that knows a name owns it, as in merging. */
function holders(earlier: readonly Skill[], classes: readonly string[]): Map<Skill, string[]> {
  const found = new Map<Skill, string[]>();
  for (const name of classes.slice(1)) {
    const skill = earlier.findLast(({ head }) => head.classes.indexOf(name) > 0);
    if (skill !== undefined) found.set(skill, [...(found.get(skill) ?? []), name]);
  }
  return found;
}

/** Dice of a skill on another task's cases: its classes count as those of the same name. */
async function measureAs(
  session: BaseSession,
  skill: Skill,
  classes: readonly string[],
  cases: readonly CropCase[],
  options: MeasureOptions,
): Promise<CaseScores[]> {
  const asClass = skill.head.classes.map((name, at) => (at === 0 ? 0 : Math.max(0, classes.indexOf(name))));
  const scores: CaseScores[] = [];
  for (const item of cases) {
    const found = await labelsOf(session, skill, item, options);
    scores.push(
      scoreCase(
        found.map((value) => asClass[value]!),
        item.labels,
        classes,
      ),
    );
  }
  return scores;
}
