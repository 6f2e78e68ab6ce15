// X-rays to search with: uploaded bytes become query vectors by a function of the serve process (reading pixels is no
// business of the API), once per upload, since paging asks again; a few at a time, since each costs a process.
import type { ViewerDb } from '@tomograph/data';
import { AppError } from '@tomograph/kernel';
import type { QueryVector } from '@tomograph/retrieval';
import type { Quarantine } from '../server/quarantine.js';

/** @throws AppError FORMAT_UNKNOWN, FORMAT_CORRUPT, NOT_AN_IMAGE … in the words of the reader */
export type DescribeQueryXray = (quarantinePath: string) => Promise<readonly QueryVector[]>;

const maxRemembered = 200;
const maxAtOnce = 2;
const maxWaiting = 16;

export class QueryXrays {
  readonly #described = new Map<string, Promise<readonly QueryVector[]>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(
    private readonly quarantine: Quarantine,
    private readonly describeXray: DescribeQueryXray | undefined,
  ) {}

  /** @throws AppError NOT_FOUND: no such upload, not received yet, or not an X-ray to search with */
  async describe(db: ViewerDb, uploadId: string): Promise<readonly QueryVector[]> {
    const upload = await db.upload(uploadId); // asked each time: what is remembered is not what may be seen
    if (upload.kind !== 'QUERY_XRAY' || upload.receivedBytes === null) {
      throw new AppError('NOT_FOUND', {
        message: 'xray must be an upload of kind QUERY_XRAY whose bytes were sent',
        facts: { argument: 'xray' },
      });
    }
    const known = this.#described.get(uploadId);
    if (known) return known;
    const described = this.#inTurn(uploadId);
    this.#described.set(uploadId, described);
    this.#forgetOldest();
    described.catch(() => this.#described.delete(uploadId));
    return described;
  }

  /** After the active space changed: what was described in the former one answers nothing. */
  forget(uploadId: string): void {
    this.#described.delete(uploadId);
  }

  async #inTurn(uploadId: string): Promise<readonly QueryVector[]> {
    if (!this.describeXray) {
      throw new AppError('PROVIDER_UNAVAILABLE', {
        message: 'this server has no reader for X-rays to search with',
      });
    }
    if (!(await this.quarantine.holds(uploadId))) {
      throw new AppError('NOT_FOUND', {
        message: 'the bytes of this X-ray are gone: upload it again',
        facts: { argument: 'xray' },
      });
    }
    if (this.#running >= maxAtOnce) await this.#wait();
    this.#running += 1;
    try {
      return await this.describeXray(this.quarantine.inputPathOf(uploadId));
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #wait(): Promise<void> {
    if (this.#waiting.length >= maxWaiting) {
      throw new AppError('OVERLOADED', {
        message: 'many X-rays are being read now: try again in a few seconds',
      });
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #forgetOldest(): void {
    for (const key of this.#described.keys()) {
      if (this.#described.size <= maxRemembered) return;
      this.#described.delete(key);
    }
  }
}
