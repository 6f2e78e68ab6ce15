// An adapter of random factors for tests: small enough to stay near the base, large enough to change its answer.
import { Random } from '@tomograph/kernel';
import type { Adapter } from '../lora/adapter.js';
import type { LoraLayer } from '../lora/lora-scope.js';
import type { PvtBase } from './pvt-base.js';

export function randomAdapter(
  base: PvtBase,
  layers: readonly LoraLayer[],
  rank: number,
  seed: number,
): Adapter {
  const random = new Random(seed, 'random-adapter');
  const values = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.normal(0, 0.2));
  const factors = layers.map(
    (layer) =>
      [layer.name, { rank, scale: 1, a: values(rank * layer.in), b: values(rank * layer.out) }] as const,
  );
  const classes = ['background', 'one', 'two'];
  const head = { weight: values(base.config.features * 3), bias: values(3), classes };
  return { base: base.digest, factors: new Map(factors), head };
}
