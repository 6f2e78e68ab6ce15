// Processor time and memory of this process, and the middle of many values. Other people's load on the machine does not count.

/** Processor milliseconds of all threads of this process. */
export async function cpuMs(run: () => Promise<unknown>): Promise<number> {
  const started = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

export const residentMb = (): number => {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
};

export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!;
export const median = (values: readonly number[]): number => quantile(values, 0.5);
export const range = (values: readonly number[], digits = 2): string =>
  `${Math.min(...values).toFixed(digits)} – ${Math.max(...values).toFixed(digits)}`;
