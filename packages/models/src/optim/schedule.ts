// Learning rates as functions of the step. Pure, so that a resumed run reads the same numbers.

/** Step 0 is the first update. */
export type Schedule = (step: number) => number;

export const constantRate =
  (rate: number): Schedule =>
  () =>
    rate;

/** Linear warm-up to `peak`, then half a cosine down to `floor` at `steps`. */
export function cosineRate(options: {
  peak: number;
  steps: number;
  warmup?: number;
  floor?: number;
}): Schedule {
  const { peak, steps, warmup = 0, floor = 0 } = options;
  return (step) => {
    if (step < warmup) return (peak * (step + 1)) / warmup;
    const progress = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
    return floor + ((peak - floor) * (1 + Math.cos(Math.PI * progress))) / 2;
  };
}

/** peak · (1 − step/steps)^power, the schedule of the nnU-Net family. */
export function polynomialRate(options: {
  peak: number;
  steps: number;
  power?: number;
  warmup?: number;
}): Schedule {
  const { peak, steps, power = 0.9, warmup = 0 } = options;
  return (step) => {
    if (step < warmup) return (peak * (step + 1)) / warmup;
    return peak * (1 - Math.min(1, (step - warmup) / Math.max(1, steps - warmup))) ** power;
  };
}
