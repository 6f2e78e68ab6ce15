// On what a network runs here, as manifests and certificates say it.
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import type { PoolOptions } from '@tomograph/models';
import type { Runtime } from '@tomograph/registry';

const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };

/** Answers are the same bytes for one and for two threads; more would starve the rest of the process. */
export function poolOptions(device: 'cpu' | 'cuda' | 'webgpu'): Partial<PoolOptions> {
  return {
    provider: device,
    threads: Math.min(2, availableParallelism()),
    optimization: 'basic',
    maxQueued: 256,
  };
}

export function runtimeOf({ provider, threads }: { provider: string; threads: number }): Runtime {
  const device = cpus()[0]?.model.trim() || 'unknown';
  return { engine: 'onnxruntime-node', version, provider, device, threads, graphLevel: 'basic' };
}
