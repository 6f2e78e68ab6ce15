// The port that runs networks for a certificate: the worker implements it with packages/models. What every
// implementation promises stands below as checks.
import assert from 'node:assert/strict';
import { AppError, isSha256, type Sha256, sha256 } from '@tomograph/kernel';
import { z } from 'zod';
import { digestSchema, runtimeSchema } from '../manifest/manifest-schema.js';
import { canarySchema } from './certificate-document.js';

export interface ReplayRequest {
  /** Manifest ids. */
  readonly base: Sha256;
  /** Tasks 1..N in the order they were added. */
  readonly earlier: readonly Sha256[];
  /** Task N+1. */
  readonly subject: Sha256;
}

const share = z.number().min(0).max(1).nullable();
export const replayResultSchema = z.strictObject({
  /** The one device of all outputs. */
  runtime: runtimeSchema,
  /** At least one of the base and of each earlier task; the answers before and after are of one session each. */
  canaries: z.array(canarySchema).max(100_000),
  /** Mean Dice per test set of the base, of each earlier task and of the subject, before and after; null: not measured. */
  dice: z.array(z.strictObject({ of: digestSchema, before: share, after: share })).max(1001),
  /** Dice of an untrained head on the subject's test set: the reference of forward transfer. */
  diceUntrained: share,
  /** The test sets that lie on this machine, by the digest of their files; those of the other tasks are elsewhere. */
  testSets: z.array(z.strictObject({ of: digestSchema, digest: digestSchema })).max(1001),
});
export type ReplayResult = z.infer<typeof replayResultSchema>;

export interface ReplayCanaries {
  /**
   * Runs the canaries of the base and of each earlier task, then loads the subject and runs it, then runs the canaries
   * again on the same device. Digests are of the raw output bytes.
   * @throws AppError NOT_FOUND for a manifest that is not in the store; GOLDEN_MISMATCH, PROVIDER_UNAVAILABLE
   */
  replay(request: ReplayRequest): Promise<ReplayResult>;
}

export interface ReplayPromise {
  readonly name: string;
  check(): Promise<void>;
}

/** @param make a replay and a request that it can answer, with at least one earlier task */
export function replayCanariesContract(
  make: () => Promise<{ replay: ReplayCanaries; request: ReplayRequest }>,
): ReplayPromise[] {
  type Check = (replay: ReplayCanaries, request: ReplayRequest) => Promise<void>;
  const promises: Record<string, Check> = {
    'answers with canaries of the base and of every earlier task, and of nothing else': async (
      replay,
      request,
    ) => {
      const { canaries } = replayResultSchema.parse(await replay.replay(request));
      const watched = new Set([request.base, ...request.earlier]);
      assert.deepEqual(new Set(canaries.map(({ of }) => of)), watched);
      assert.ok(canaries.every(({ input, before, after }) => [input, before, after].every(isSha256)));
    },
    'names no canary twice': async (replay, request) => {
      const { canaries } = await replay.replay(request);
      assert.equal(new Set(canaries.map(({ of, input }) => `${of} ${input}`)).size, canaries.length);
    },
    'gives the same digests and the same Dice when asked again': async (replay, request) => {
      assert.deepEqual(await replay.replay(request), await replay.replay(request));
    },
    'measures Dice of the base, of every earlier task and of the subject, or says null': async (
      replay,
      request,
    ) => {
      const { dice } = await replay.replay(request);
      const wanted = new Set([request.base, ...request.earlier, request.subject]);
      assert.deepEqual(new Set(dice.map(({ of }) => of)), wanted);
      assert.equal(dice.length, wanted.size);
    },
    'names the test set behind every Dice': async (replay, request) => {
      const { dice, testSets } = await replay.replay(request);
      const held = new Set(testSets.map(({ of }) => of));
      assert.ok(dice.every(({ of, after }) => after === null || held.has(of)));
      assert.equal(held.size, testSets.length);
    },
    'says NOT_FOUND for a task that is not there': async (replay, request) => {
      await assert.rejects(
        replay.replay({ ...request, earlier: [...request.earlier, sha256('no such task')] }),
        (error) => error instanceof AppError && error.code === 'NOT_FOUND',
      );
    },
  };
  return Object.entries(promises).map(([name, check]) => ({
    name,
    check: async () => {
      const { replay, request } = await make();
      await check(replay, request);
    },
  }));
}
