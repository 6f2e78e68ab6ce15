// Adapters of different ranks in one request: as they run (one after another per patch), against one batched tensor pass.
// Decides nothing by itself: docs/decisions/mixed-ranks-one-after-another.md reads it.
import { Random } from '@tomograph/kernel';
import {
  type Adapter,
  compareBits,
  decodePvtBase,
  encodePvtBase,
  f32,
  floats,
  InferencePool,
  initialVector,
  type LoraFactors,
  type PatchSource,
  pvtConfig,
  pvtLayout,
  segment,
  servingNetwork,
  type Tensors,
  taskFeeds,
  unflatten,
} from '@tomograph/models';
import { batchedFeeds, batchedNetwork } from '../compose/batched-ranks.js';
import { cpuMs, median, range } from '../compose/measure.js';
import { bar, type Evaluation, type EvaluationOptions } from '../evaluation.js';

const ranks = [8, 2, 16, 4, 8, 1, 16, 4];
const classes = ['background', 'a', 'b', 'c'];
const config = pvtConfig('base', 64);

export async function bench({ quick, log }: EvaluationOptions): Promise<Evaluation> {
  const { entries, layers } = pvtLayout(config);
  const random = new Random(1, 'mixed-ranks');
  const values = (n: number, s: number) => Float32Array.from({ length: n }, () => random.uniform(-s, s));
  const head = () => ({
    weight: values(config.features * classes.length, 0.3),
    bias: values(4, 0.3),
    classes,
  });
  const weights = unflatten(entries, initialVector(entries, 1));
  const base = decodePvtBase(encodePvtBase({ config, weights, head: head() }).bytes);
  const adapters = ranks.map((rank): Adapter => {
    const factors = layers.map((layer): [string, LoraFactors] => [
      layer.name,
      { rank, scale: 1, a: values(rank * layer.in, 0.02), b: values(rank * layer.out, 0.02) },
    ]);
    return { base: base.digest, factors: new Map(factors), head: head() };
  });
  const { bytes, layout } = servingNetwork(base);
  await using pool = await poolOf(bytes);
  const patch = values(64 ** 3, 1);
  const x = f32(patch, [1, ...config.size]);
  const single = adapters.map((adapter): Tensors => ({ x, ...taskFeeds(layout, adapter) }));
  const alone: Float32Array[] = [];
  for (const feeds of single) alone.push(floats(await pool.run(feeds), 'probabilities').slice());

  const rounds = quick ? 1 : 6;
  const rows: (string | number)[][] = [];
  let worst = 0;
  for (const batch of quick ? [2] : [1, 2, 4, 8]) {
    await using batchedPool = await poolOf(batchedNetwork(base, batch));
    const xs = new Float32Array(batch * patch.length);
    for (let n = 0; n < batch; n++) xs.set(patch, n * patch.length);
    const stacked = f32(xs, [batch, ...config.size]);
    const feeds = { x: stacked, ...batchedFeeds(layout, adapters.slice(0, batch)) };
    const shared = { ...single[0]!, x: stacked };
    const answer = floats(await batchedPool.run(feeds), 'probabilities');
    for (let n = 0; n < batch; n++) {
      const own = answer.slice(n * alone[n]!.length, (n + 1) * alone[n]!.length);
      worst = Math.max(worst, compareBits(own, alone[n]!).maxAbsoluteDifference);
    }
    await pool.run(shared);
    const ms = { each: [] as number[], batched: [] as number[], shared: [] as number[] };
    const ways = {
      each: async () => {
        for (const one of single.slice(0, batch)) await pool.run(one);
      },
      batched: () => batchedPool.run(feeds),
      shared: () => pool.run(shared),
    };
    const names = Object.keys(ways) as (keyof typeof ways)[];
    for (let round = 0; round < rounds; round++)
      for (let i = 0; i < names.length; i++) {
        const name = names[(i + round) % names.length]!; // the order rotates
        ms[name].push((await cpuMs(ways[name])) / batch);
      }
    const ratios = (of: readonly number[]) => of.map((value, i) => value / ms.each[i]!);
    log(
      `${batch} adapters: ${median(ms.each).toFixed(0)} ms each, ${median(ms.batched).toFixed(0)} ms batched`,
    );
    rows.push([
      batch,
      ranks.slice(0, batch).join(', '),
      median(ms.each),
      median(ms.batched),
      `${median(ratios(ms.batched)).toFixed(3)} (${range(ratios(ms.batched))})`,
      median(ms.shared),
      `${median(ratios(ms.shared)).toFixed(3)} (${range(ratios(ms.shared))})`,
    ]);
  }

  const source: PatchSource = { size: config.size, read: (_origin, _size, out) => void out.set(patch) };
  const tasks = adapters.map((adapter, n) => ({ name: `task ${n}`, ...adapter }));
  const options = { pool, layout, patch: config.size };
  const together = await segment(source, tasks, options);
  let differing = 0;
  for (const [n, task] of tasks.entries()) {
    const [only] = await segment(source, [task], options);
    differing += countDifferent(only!.labels, together[n]!.labels);
    differing += countDifferent(only!.confidence, together[n]!.confidence);
  }
  return {
    name: 'mixed-ranks',
    data: `random weights of the shipped base's size, adapters of ranks ${ranks.join(', ')} for every adapted layer, one patch of noise; no statement about what is found`,
    seeds: [1],
    bars: [
      bar(
        'bytes that differ between eight ranks in one request and a request each',
        differing,
        '≤',
        0,
        2 * 8 * 64 ** 3,
      ),
    ],
    tables: [
      {
        title: 'One patch for several adapters: CPU ms per adapter, median',
        columns: [
          'adapters',
          'ranks',
          'one after another (as served)',
          'one batched pass',
          'batched over served (range)',
          'one adapter for the whole batch',
          'that over served (range)',
        ],
        rows,
      },
    ],
    remarks: [
      'times are processor milliseconds of the whole process, one thread per run, the three ways in rotating order within each round',
      'a batched pass: ranks padded to the largest with zeros, A and B stacked per row, so that every adapted layer becomes two batched products of small matrices',
      'the last two columns are the best that any batching could do: the served network, unchanged, on a batch of patches for one adapter',
      `largest difference of a probability between the batched pass and single runs: ${worst.toExponential(2)}; not the same bytes, so certificates made one way would not hold for the other`,
    ],
  };
}

const poolOf = (graph: Uint8Array) => InferencePool.create(graph, { threads: 1 });

function countDifferent(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count;
}
