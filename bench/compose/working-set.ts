// (a) How fast requests are answered when each asks for an adapter at random out of 1, 50 or 500 that are resident.
// A request is one patch for one task: the most that packing an adapter can cost.
import { Random, type Sha256 } from '@tomograph/kernel';
import { type PatchSource, segment } from '@tomograph/models';
import type { BaseSession, ModelHouse } from '@tomograph/worker';
import { cpuMs, residentMb } from './measure.js';

export interface WorkingSet {
  readonly size: number;
  /** Processor milliseconds per request, one value per round. */
  readonly ms: readonly number[];
}

export interface WorkingSets {
  readonly sets: readonly WorkingSet[];
  /** Reading, verifying and holding one adapter for the first time. */
  readonly loadMs: number;
  /** Growth of the process by one held adapter, and the bytes of its numbers. */
  readonly residentMbEach: number;
  readonly tensorMbEach: number;
}

export async function measureWorkingSets(
  house: ModelHouse,
  session: BaseSession,
  adapters: readonly Sha256[],
  { sizes, rounds, requests }: { sizes: readonly number[]; rounds: number; requests: number },
): Promise<WorkingSets> {
  const before = residentMb();
  const loading = await cpuMs(async () => {
    for (const id of adapters) await house.adapter(id);
  });
  const grown = residentMb() - before;
  const { adapterBytes } = house.describe();
  const random = new Random(1, 'working-set');
  const ms = new Map(sizes.map((size) => [size, [] as number[]]));
  for (let round = -1; round < rounds; round++)
    for (let i = 0; i < sizes.length; i++) {
      const size = sizes[(i + round + 1) % sizes.length]!; // the order rotates
      const spent = await cpuMs(async () => {
        for (let n = 0; n < requests; n++) await request(house, session, adapters[random.int(size)]!);
      });
      if (round >= 0) ms.get(size)!.push(spent / requests);
    }
  return {
    sets: sizes.map((size) => ({ size, ms: ms.get(size)! })),
    loadMs: loading / adapters.length,
    residentMbEach: grown / adapters.length,
    tensorMbEach: adapterBytes / adapters.length / 2 ** 20,
  };
}

async function request(house: ModelHouse, session: BaseSession, id: Sha256): Promise<void> {
  const { factors, head, manifest } = await house.adapter(id);
  const { pool, layout, base } = session;
  const patch = base.config.size;
  await segment(onePatch(patch), [{ name: manifest.name, factors, head }], { pool, layout, patch });
}

function onePatch(size: PatchSource['size']): PatchSource {
  return { size, read: (_origin, _size, out) => void out.fill(0.5) };
}
