// (b) T tasks over one volume in one request against T requests of one task each.
import type { Volume } from '@tomograph/imaging';
import { type BaseSession, type ChosenTask, segmentVolume } from '@tomograph/worker';
import { cpuMs } from './measure.js';

export interface TaskCount {
  readonly tasks: number;
  /** Processor milliseconds of the whole request, one value per round. */
  readonly ms: readonly number[];
}

/** Paired by round: the order of the counts rotates. @param tasks as many as the largest count */
export async function measureTaskCounts(
  volume: Volume,
  session: BaseSession,
  tasks: readonly ChosenTask[],
  { counts, rounds }: { counts: readonly number[]; rounds: number },
): Promise<TaskCount[]> {
  const ms = new Map(counts.map((count) => [count, [] as number[]]));
  for (let round = -1; round < rounds; round++)
    for (let i = 0; i < counts.length; i++) {
      const count = counts[(i + round + 1) % counts.length]!;
      if (round < 0 && count > 1) continue; // one request warms up
      const spent = await cpuMs(() => segmentVolume(volume, session, tasks.slice(0, count)));
      if (round >= 0) ms.get(count)!.push(spent);
    }
  return counts.map((tasksOf) => ({ tasks: tasksOf, ms: ms.get(tasksOf)! }));
}
