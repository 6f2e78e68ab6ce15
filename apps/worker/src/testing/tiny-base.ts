// A base of random weights in the layout of the shipped one, small enough that a test trains a task on it in seconds. It
// knows nothing: tests that need it to find something teach it.
import { Random } from '@tomograph/kernel';
import { checkPvtConfig, encodePvtBase, initialVector, pvtLayout, unflatten } from '@tomograph/models';
import type { BaseManifest } from '@tomograph/registry';
import { baseManifest } from '../registry/base-manifest.js';
import { runtimeOf } from '../registry/runtime.js';
import { shippedBaseName, writeBaseFolder } from '../registry/shipped-base.js';
import { encodeTensor } from '../tasks/canary.js';
import { encodeTestSet } from '../tasks/test-set.js';
import { ballCase, tinySpacingMm } from './ball-cases.js';

export const tinyConfig = checkPvtConfig({
  size: [16, 16, 16],
  features: 8,
  mlpRatio: 2,
  stages: [
    { patch: 2, width: 16, heads: 1, reduction: 4, encoderBlocks: 1, decoderBlocks: 1 },
    { patch: 2, width: 24, heads: 2, reduction: 2, encoderBlocks: 1, decoderBlocks: 0 },
  ],
});

/** Writes the folder that TOMOGRAPH_BASE names. */
export async function writeTinyBase(folder: string, seed = 1): Promise<BaseManifest> {
  const { entries } = pvtLayout(tinyConfig);
  const random = new Random(seed, 'tiny-base');
  const normal = (n: number) => Float32Array.from({ length: n }, () => random.normal());
  const weights = unflatten(entries, initialVector(entries, seed));
  const head = { weight: normal(8 * 2), bias: normal(2), classes: ['background', 'body'] };
  const { bytes } = encodePvtBase({ config: tinyConfig, weights, head });
  const files = {
    weights: bytes,
    canary: encodeTensor('x', [1, ...tinyConfig.size], normal(16 ** 3)),
    card: new TextEncoder().encode('# A base of random weights, for tests\n'),
  };
  const manifest = baseManifest(
    {
      name: shippedBaseName,
      description: 'Random weights, for tests.',
      licence: 'Apache-2.0',
      spacingMm: tinySpacingMm,
      snomed: () => null,
      metrics: [],
      provenance: {
        origin: 'trained',
        createdAt: '2026-01-02T03:04:05.000Z',
        createdBy: 'tests',
        code: null,
        seed,
        steps: 0,
        method: 'random weights',
        data: null,
        from: null,
      },
      data: { summary: 'None.', sources: [] },
      runtime: runtimeOf({ provider: 'cpu', threads: 1 }),
    },
    files,
  );
  await writeBaseFolder(folder, manifest, files, encodeTestSet([ballCase(900)]));
  return manifest;
}
