import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HeldLock, lockPath, readHomeLock, releaseHomeLock, takeHomeLock } from './home-lock.js';
import { isSameProcess, markOf, type ProcessMark } from './process-mark.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tg-lock-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const self = markOf(process.pid);
const lockOf = (holder: ProcessMark, owner: ProcessMark = holder): HeldLock => ({
  holder,
  owner,
  purpose: 'npm start',
  socketFolder: '/nowhere',
  ready: true,
});
const gone: ProcessMark = { pid: process.pid, startTime: '1' }; // our pid, of a process that started at another time
const write = (lock: unknown) => writeFileSync(lockPath(home), JSON.stringify(lock));

test('a free home is taken, private to its owner, and given back', async () => {
  await takeHomeLock(home, lockOf(self));
  expect(readHomeLock(home)).toEqual(lockOf(self));
  expect(statSync(lockPath(home)).mode & 0o777).toBe(0o600);
  releaseHomeLock(home, self);
  expect(existsSync(lockPath(home))).toBe(false);
});

test('a held home is refused at once, naming what holds it', async () => {
  await takeHomeLock(home, lockOf(self));
  await expect(takeHomeLock(home, lockOf(self))).rejects.toMatchObject({
    code: 'HOME_LOCKED',
    message: expect.stringMatching(/in use by npm start \(process \d+\): stop it/),
    facts: { pid: process.pid, purpose: 'npm start' },
  });
});

test('the lock of a dead process is taken over, also when its pid was given to another', async () => {
  write(lockOf(gone));
  expect(readHomeLock(home)).toBeUndefined();
  await takeHomeLock(home, lockOf(self));
  expect(readHomeLock(home)).toEqual(lockOf(self));
});

test('a lock that is cut short or no lock at all is taken over', async () => {
  for (const content of ['', '{"holder":', '[]', '"x"']) {
    writeFileSync(lockPath(home), content);
    await takeHomeLock(home, lockOf(self));
    releaseHomeLock(home, self);
  }
});

test('of many that find a dead lock at once, one gets the home', async () => {
  write(lockOf(gone));
  const taken = await Promise.allSettled(Array.from({ length: 8 }, () => takeHomeLock(home, lockOf(self))));
  expect(taken.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
});

test('a holder whose owner died is waited for', async () => {
  write(lockOf(self, gone));
  const taking = takeHomeLock(home, lockOf(self), 5000);
  setTimeout(() => rmSync(lockPath(home)), 120);
  await taking;
  expect(readHomeLock(home)).toEqual(lockOf(self));
});

test('a lock of another process is not released', async () => {
  await takeHomeLock(home, lockOf(self));
  releaseHomeLock(home, gone);
  expect(existsSync(lockPath(home))).toBe(true);
});

test('a process is the same while it lives, and not afterwards', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const mark = markOf(child.pid!);
  expect(isSameProcess(mark)).toBe(true);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  expect(isSameProcess(mark)).toBe(false);
});
