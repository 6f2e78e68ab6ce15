// A replay that runs no network: the output of a canary is a digest of what it is of. Tests make it forget.
import { AppError, type Sha256, sha256 } from '@tomograph/kernel';
import type { BlobStore } from '../blob-store.js';
import type { ReplayCanaries, ReplayRequest, ReplayResult } from '../certificate/replay-canaries.js';
import { sampleRuntime } from './sample-models.js';

export class FakeReplay implements ReplayCanaries {
  /** Manifests whose output changes once the subject was loaded. */
  readonly forgets = new Set<Sha256>();
  /** Dice after the subject was loaded; 0.9 where nothing stands here. */
  readonly dice = new Map<Sha256, number>();
  /** Manifests whose test sets lie on another machine. */
  readonly elsewhere = new Set<Sha256>();
  /** Changes the bytes of every test set, as another machine's own would be. */
  testSetSeed = '';
  readonly requests: ReplayRequest[] = [];

  constructor(private readonly blobs: BlobStore) {}

  async replay(request: ReplayRequest): Promise<ReplayResult> {
    this.requests.push(request);
    const watched = [request.base, ...request.earlier];
    for (const of of [...watched, request.subject]) {
      if (!(await this.blobs.has(of))) throw new AppError('NOT_FOUND', { message: `no manifest ${of}` });
    }
    const subject = request.subject;
    return {
      runtime: sampleRuntime,
      canaries: watched.flatMap((of) =>
        [1, 2].map((n) => ({
          of,
          input: sha256(`canary ${n}`),
          before: sha256(`${of} ${n}`),
          after: sha256(`${of} ${n}${this.forgets.has(of) ? ' changed' : ''}`),
        })),
      ),
      dice: [
        ...watched.map((of) => ({ of, before: 0.9, after: this.dice.get(of) ?? 0.9 })),
        { of: subject, before: 0.25, after: this.dice.get(subject) ?? 0.9 },
      ].map((one) => (this.elsewhere.has(one.of) ? { of: one.of, before: null, after: null } : one)),
      diceUntrained: this.elsewhere.has(subject) ? null : 0.125,
      testSets: [...watched, subject]
        .filter((of) => !this.elsewhere.has(of))
        .map((of) => ({ of, digest: sha256(`test set of ${of}${this.testSetSeed}`) })),
    };
  }
}
