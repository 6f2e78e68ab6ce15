// The canaries of a base and of its earlier tasks before and after a new task was loaded and had run, on one session:
// what a no-forgetting certificate is made of. Dice are measured on the test sets that lie on this machine.
import { AppError, type Sha256, sha256 } from '@tomograph/kernel';
import {
  type BlobStore,
  checkGolden,
  loadBlob,
  type ReplayCanaries,
  type ReplayRequest,
  type ReplayResult,
} from '@tomograph/registry';
import type { BaseSession, HeldAdapter, ModelHouse } from '../registry/model-house.js';
import { runtimeOf } from '../registry/runtime.js';
import { answerCanary, canaryOfBase, decodeTensor, digestOfAnswer, type Skill } from './canary.js';
import { meanDiceOf } from './dice-metrics.js';
import { type BeforeTeaching, measureBeforeTeaching } from './forward-transfer.js';
import { measureDice } from './measure-dice.js';
import { loadTestSet, type TestSet } from './test-set.js';

export interface ReplayOptions {
  readonly blobs: BlobStore;
  readonly house: ModelHouse;
  readonly home: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

interface Watched {
  readonly of: Sha256;
  readonly skill: Skill;
  /** A safetensors file with `x`. */
  readonly input: Uint8Array;
}

export function replayOn({ blobs, house, home, signal, onProgress }: ReplayOptions): ReplayCanaries {
  const options = { overlap: 0, ...(signal === undefined ? {} : { signal }) };
  const dice = async (
    session: BaseSession,
    skill: Skill,
    testSet: TestSet | undefined,
  ): Promise<number | null> =>
    testSet === undefined
      ? null
      : threeDigits(meanDiceOf(await measureDice(session, skill, testSet.cases, options)));
  const look = async (
    session: BaseSession,
    watched: readonly Watched[],
    testSets: ReadonlyMap<Sha256, TestSet>,
  ) => {
    const seen: { answer: Sha256; dice: number | null }[] = [];
    for (const one of watched) {
      const answer = digestOfAnswer(await answerCanary(session, one.skill, one.input, signal));
      seen.push({ answer, dice: await dice(session, one.skill, testSets.get(one.of)) });
    }
    return seen;
  };
  return {
    async replay(request: ReplayRequest): Promise<ReplayResult> {
      const session = await found(house.base(request.base), request.base);
      const watched: Watched[] = [
        { of: request.base, skill: { head: session.base.head }, input: await canaryOfBase(blobs, session) },
      ];
      for (const of of request.earlier) {
        const adapter = await adapterOf(house, of);
        watched.push({ of, skill: adapter, input: await loadBlob(blobs, adapter.manifest, 'golden-input') });
      }
      const testSets = await testSetsOf(home, [...watched.map(({ of }) => of), request.subject]);
      const before = await look(session, watched, testSets);
      onProgress?.(0.4);
      const subject = await adapterOf(house, request.subject);
      await checkAgainstGolden(blobs, session, subject, signal);
      const ownSet = testSets.get(request.subject);
      const own = await dice(session, subject, ownSet);
      const earlier = watched.map(({ skill }) => skill);
      const stood: BeforeTeaching =
        ownSet === undefined
          ? { before: null, untrained: null }
          : await measureBeforeTeaching(session, earlier, subject.head.classes, ownSet.cases, options);
      onProgress?.(0.6);
      const after = await look(session, watched, testSets);
      return {
        runtime: runtimeOf(session.pool.describe()),
        canaries: watched.map(({ of, input }, at) => ({
          of,
          input: sha256(input),
          before: before[at]!.answer,
          after: after[at]!.answer,
        })),
        dice: [
          ...watched.map(({ of }, at) => ({ of, before: before[at]!.dice, after: after[at]!.dice })),
          { of: request.subject, before: threeDigits(stood.before), after: own },
        ],
        diceUntrained: threeDigits(stood.untrained),
        testSets: [...testSets].map(([of, { digest }]) => ({ of, digest })),
      };
    },
  };
}

/** The last bits differ between machines, and a certificate compares with earlier ones. */
function threeDigits(dice: number | null): number | null {
  return dice === null ? null : Math.round(1000 * dice) / 1000;
}

async function testSetsOf(home: string, manifests: readonly Sha256[]): Promise<Map<Sha256, TestSet>> {
  const found = new Map<Sha256, TestSet>();
  for (const of of manifests) {
    const testSet = await loadTestSet(home, of);
    if (testSet !== undefined) found.set(of, testSet);
  }
  return found;
}

function adapterOf(house: ModelHouse, of: Sha256): Promise<HeldAdapter> {
  return found(house.adapter(of), of);
}

async function found<T>(loading: Promise<T>, manifest: Sha256): Promise<T> {
  try {
    return await loading;
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'BLOB_MISSING') throw cause;
    throw new AppError('NOT_FOUND', {
      message: `${manifest}, or a part of it, is not in the store: ${cause.message}`,
      facts: { manifest },
      cause,
    });
  }
}

/** @throws AppError GOLDEN_MISMATCH */
export async function checkAgainstGolden(
  blobs: BlobStore,
  session: BaseSession,
  { manifest, factors, head }: Pick<HeldAdapter, 'manifest' | 'factors' | 'head'>,
  signal?: AbortSignal,
): Promise<void> {
  const input = await loadBlob(blobs, manifest, 'golden-input');
  const expected = decodeTensor('probabilities', await loadBlob(blobs, manifest, 'golden-output'));
  const got = await answerCanary(session, { factors, head }, input, signal);
  checkGolden(manifest.name, expected, got, manifest.golden.maxAbsDifference);
}
