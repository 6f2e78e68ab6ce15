// Which process: a pid alone is reused by the system, a pid and a start time are not.
import { readFileSync } from 'node:fs';

export interface ProcessMark {
  readonly pid: number;
  /** Clock ticks since boot, from /proc; empty where the system has no /proc (then the pid alone decides). */
  readonly startTime: string;
}

export function markOf(pid: number): ProcessMark {
  return { pid, startTime: startTimeOf(pid) };
}

/** True while the marked process lives. A zombie counts as dead. */
export function isSameProcess(mark: ProcessMark): boolean {
  try {
    process.kill(mark.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false; // EPERM: it lives, as another user
  }
  return mark.startTime === '' || startTimeOf(mark.pid) === mark.startTime;
}

function startTimeOf(pid: number): string {
  try {
    // `pid (command) state ppid …`: the command may hold anything, so read behind its last bracket. Field 22.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}
