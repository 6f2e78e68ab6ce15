// One process holds a home's embedded database. PGlite takes no lock of its own: two processes on one folder
// destroy it. Not an operating-system lock (Node has none): a file with the holder's pid and start time.
//
// free -> held: a complete file is linked into place, which fails when one is there.
// held -> free: the holder removes it, or whoever finds the holder dead does, alone, under `<lock>.recovery`.
import { linkSync, mkdirSync, readFileSync, rmdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@tomograph/kernel';
import { z } from 'zod';
import { isSameProcess, type ProcessMark } from './process-mark.js';

const markSchema = z.object({ pid: z.number().int(), startTime: z.string() });
const heldSchema = z.object({
  /** The database process itself. */
  holder: markSchema,
  /** The process that started it and whose end ends it. */
  owner: markSchema,
  /** What the owner is, for people: `npm start`, `tomograph ingest`. */
  purpose: z.string(),
  /** Folder of the socket `.s.PGSQL.5432`. */
  socketFolder: z.string(),
  /** False until the socket answers. */
  ready: z.boolean(),
});
export type HeldLock = z.infer<typeof heldSchema>;

export const lockPath = (home: string): string => join(home, 'database.lock');

/** The lock of a living holder; undefined when the home is free or its holder died. */
export function readHomeLock(home: string): HeldLock | undefined {
  let text: string;
  try {
    text = readFileSync(lockPath(home), 'utf8');
  } catch {
    return undefined;
  }
  const parsed = heldSchema.safeParse(parseJson(text));
  return parsed.success && isSameProcess(parsed.data.holder) ? parsed.data : undefined;
}

/**
 * Takes the lock. A holder whose owner is dead is about to end and is waited for, up to `patienceMs`.
 * @throws AppError HOME_LOCKED naming what holds the home
 */
export async function takeHomeLock(home: string, lock: HeldLock, patienceMs = 10_000): Promise<void> {
  const until = performance.now() + patienceMs;
  for (;;) {
    if (tryTake(home, lock)) return;
    const held = readHomeLock(home);
    if (!held) removeStaleLock(home);
    else if (isSameProcess(held.owner) || performance.now() > until) throw homeLocked(home, held);
    if (performance.now() > until + patienceMs) throw homeLocked(home, held);
    await delay(50);
  }
}

/** Rewrites the lock that the caller holds. */
export function updateHomeLock(home: string, lock: HeldLock): void {
  writeFileSync(lockPath(home), JSON.stringify(lock), { mode: 0o600 });
}

/** Gives the lock back; does nothing when another process has it. */
export function releaseHomeLock(home: string, holder: ProcessMark): void {
  const held = readHomeLock(home);
  if (held && held.holder.pid === holder.pid && held.holder.startTime === holder.startTime) {
    unlinkSync(lockPath(home));
  }
}

export function homeLocked(home: string, held: HeldLock | undefined): AppError {
  const who = held ? `${held.purpose} (process ${held.owner.pid})` : 'another process that is starting';
  return new AppError('HOME_LOCKED', {
    message: `${home} is in use by ${who}: stop it, or set TOMOGRAPH_HOME to another folder`,
    facts: held ? { pid: held.owner.pid, purpose: held.purpose } : {},
  });
}

function tryTake(home: string, lock: HeldLock): boolean {
  const draft = `${lockPath(home)}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(lock), { mode: 0o600 });
  try {
    linkSync(draft, lockPath(home));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

// Only one process at a time may judge and remove a stale lock: otherwise a second one, judging the same old
// file, could remove the lock that the first has just taken.
function removeStaleLock(home: string): void {
  const recovery = `${lockPath(home)}.recovery`;
  try {
    mkdirSync(recovery);
  } catch {
    if (ageMs(recovery) > 10_000) rmdirSync(recovery); // its maker died inside these four lines
    return;
  }
  try {
    if (!readHomeLock(home)) unlinkSync(lockPath(home));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    rmdirSync(recovery);
  }
}

function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
