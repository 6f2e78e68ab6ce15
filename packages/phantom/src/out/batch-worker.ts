// The thread of `renderBatch`: a seed in, a phantom out. Its arrays are moved, not copied.
import { parentPort, workerData } from 'node:worker_threads';
import { type RenderOptions, render } from '../render.js';

parentPort!.on('message', (seed: number) => {
  try {
    const { body: _body, toCanonical: _toCanonical, ...phantom } = render(seed, workerData as RenderOptions);
    const buffers = [phantom.volume, phantom.labels, phantom.airways, phantom.vessels, phantom.instances].map(
      (v) => v.voxels.buffer as ArrayBuffer,
    );
    if (phantom.phi !== undefined) {
      const { forward, inverse, determinant } = phantom.phi;
      buffers.push(...[forward, inverse, determinant].map((f) => f.buffer as ArrayBuffer));
    }
    parentPort!.postMessage({ phantom }, buffers);
  } catch (cause) {
    parentPort!.postMessage({ failed: cause instanceof Error ? cause.message : 'unknown' });
  }
});
