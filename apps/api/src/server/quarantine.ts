// Where uploads lie until the worker has read them: home/quarantine/<uuid>/input, all of it 0700, names made here.
// An upload appears there whole, by one rename, or not at all. What is inside is hostile and is not looked at here.
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError, isUuid } from '@tomograph/kernel';

const unfinished = '.part';

export class Quarantine {
  readonly #folder: string;

  constructor(home: string) {
    this.#folder = join(home, 'quarantine');
  }

  /** Folder of one upload; the worker gets the same by its id. */
  pathOf(uploadId: string): string {
    if (!isUuid(uploadId)) throw new TypeError('an upload is named by its uuid');
    return join(this.#folder, uploadId);
  }

  /** The one file of an upload. */
  inputPathOf(uploadId: string): string {
    return join(this.pathOf(uploadId), 'input');
  }

  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    // What an earlier process left half-written can never become whole.
    for (const name of await readdir(this.#folder)) {
      if (name.endsWith(unfinished)) await rm(join(this.#folder, name), { recursive: true, force: true });
    }
  }

  /**
   * Takes exactly `bytes` bytes from `source`; on any failure nothing remains.
   * @param accept called when all bytes are on disk; false or a throw takes them away again
   * @throws AppError CONFLICT (someone is sending this upload), INVALID_ARGUMENT (other than `bytes` came), CANCELLED
   */
  async receive(
    uploadId: string,
    bytes: number,
    source: Readable,
    accept: () => Promise<void>,
  ): Promise<void> {
    const part = this.pathOf(uploadId) + unfinished;
    await makeExclusively(part);
    try {
      await writeExactly(join(part, 'input'), bytes, source);
      await accept();
      await rename(part, this.pathOf(uploadId));
    } catch (error) {
      await rm(part, { recursive: true, force: true });
      throw error;
    }
  }

  async remove(uploadId: string): Promise<void> {
    await rm(this.pathOf(uploadId), { recursive: true, force: true });
  }

  async holds(uploadId: string): Promise<boolean> {
    return stat(this.inputPathOf(uploadId)).then(
      () => true,
      () => false,
    );
  }
}

async function makeExclusively(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new AppError('CONFLICT', { message: 'this upload is being sent already', cause });
  }
}

async function writeExactly(path: string, bytes: number, source: Readable): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  let received = 0;
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      received += chunk.byteLength;
      if (received > bytes) throw wrongLength(bytes, received);
      await file.write(chunk);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== 'ECONNRESET' && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw cause;
    throw new AppError('CANCELLED', { message: 'the connection ended before the upload did', cause });
  }
  if (received !== bytes) throw wrongLength(bytes, received);
  await file.sync();
}

function wrongLength(expected: number, received: number): AppError {
  return new AppError('INVALID_ARGUMENT', {
    message: `Content-Length said ${expected} bytes, ${received} came: send the upload again`,
    facts: { expected, received },
  });
}
