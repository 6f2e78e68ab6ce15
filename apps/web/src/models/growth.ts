// How much a base grows by its tasks, against a decoder of its own for each: numbers for the bar. Pure.

export interface TaskGrowth {
  readonly name: string;
  /** Percent of the base that its adapter and head add; null where it is not known. */
  readonly addedPercent: number | null;
  /** Percent that a decoder per task would add instead. */
  readonly decoderPercent: number | null;
}

export interface Growth {
  readonly tasks: readonly TaskGrowth[];
  readonly addedPercent: number;
  /** Null for a base without a decoder. */
  readonly decoderPercent: number | null;
  /** What the longer bar stands for: the base (100) and all that is added. */
  readonly fullPercent: number;
}

export function growthOf(
  tasks: readonly {
    readonly name: string;
    readonly latest: {
      readonly parameters: {
        readonly factorsPercent: number | null;
        readonly headPercent: number | null;
        readonly decoderPercent: number | null;
      };
    };
  }[],
): Growth {
  const each = tasks.map(({ name, latest: { parameters } }): TaskGrowth => {
    const { factorsPercent, headPercent, decoderPercent } = parameters;
    const addedPercent = factorsPercent === null ? null : factorsPercent + (headPercent ?? 0);
    return { name, addedPercent, decoderPercent };
  });
  const sum = (of: (task: TaskGrowth) => number | null) =>
    each.reduce((total, task) => total + (of(task) ?? 0), 0);
  const addedPercent = sum((task) => task.addedPercent);
  const isKnown = each.some((task) => task.decoderPercent !== null);
  const decoderPercent = isKnown ? sum((task) => task.decoderPercent) : null;
  return {
    tasks: each,
    addedPercent,
    decoderPercent,
    fullPercent: 100 + Math.max(addedPercent, decoderPercent ?? 0),
  };
}

/** Two significant digits below ten, none after the point above: `0.42 %`, `3.2 %`, `97 %`. */
export function growthText(percent: number): string {
  return `${percent >= 10 ? Math.round(percent) : Number(percent.toPrecision(2))}\u00a0%`;
}
