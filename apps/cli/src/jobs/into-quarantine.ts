// A copy of what the caller names, under a name of our own, so that neither names nor later changes of the source matter.
import { cp, mkdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '@tomograph/kernel';

export async function intoQuarantine(path: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o700 });
  const source = await stat(path);
  if (source.isDirectory())
    await cp(path, target, { recursive: true, dereference: true, errorOnExist: false });
  else await cp(path, join(target, basename(path)), { dereference: true });
}

/** @throws AppError INVALID_ARGUMENT, so that the exit code is 2 */
export async function assertReadable(path: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (!info) throw new AppError('INVALID_ARGUMENT', { message: `there is no file or folder ${path}` });
}
