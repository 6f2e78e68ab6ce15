// The reading process: one request over the pipe, one reading, arrays to files, one answer, end. It may die of
// what it reads; whoever started it goes on. Started by read-in-isolation.ts only.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toAppError } from '@tomograph/kernel';
import { readInput } from '../read/read-input.js';
import type { ReadInputItem } from '../read/result.js';
import type { ReadRequest, Reply, WireItem } from './protocol.js';

process.once('message', (request: ReadRequest) => {
  void answer(request).then(() => process.disconnect());
});
process.on('disconnect', () => process.exit(0));

async function answer(request: ReadRequest): Promise<void> {
  try {
    const { items, refused } = await readInput(request.path, {
      key: Buffer.from(request.key, 'hex'),
      limits: request.limits,
      scratch: request.workFolder,
      onProgress: throttled(),
    });
    const wire: WireItem[] = [];
    for (const [index, item] of items.entries()) wire.push(await toWire(item, index, request.resultFolder));
    await send({ type: 'result', items: wire, refused: [...refused] });
  } catch (error) {
    await send({ type: 'error', error: toAppError(error).toJSON() as never });
  }
}

function send(reply: Reply): Promise<void> {
  return new Promise((resolve) => process.send!(reply, undefined, {}, () => resolve()));
}

/** At most ten messages a second: a thousand headers must not become a thousand messages. */
function throttled() {
  let last = 0;
  return (progress: Extract<Reply, { type: 'progress' }>['progress']) => {
    const now = performance.now();
    if (now - last < 100 && progress.done < progress.total) return;
    last = now;
    process.send?.({ type: 'progress', progress } satisfies Reply);
  };
}

async function toWire(item: ReadInputItem, index: number, folder: string): Promise<WireItem> {
  const array = `${index}.bin`;
  const write = (values: ArrayBufferView) =>
    writeFile(join(folder, array), new Uint8Array(values.buffer, values.byteOffset, values.byteLength), {
      mode: 0o600,
      flag: 'wx',
    });
  const sources = [...item.sources];
  switch (item.kind) {
    case 'CT': {
      const { volume, ...rest } = item;
      await write(volume.voxels);
      return { ...rest, sources, array };
    }
    case 'LABEL': {
      const { labels, ...rest } = item;
      await write(labels.voxels);
      return { ...rest, sources, array };
    }
    case 'XRAY': {
      const { image, ...rest } = item;
      await write(image.pixels);
      const { width, height } = image;
      const spacingMm: [number, number] | null = image.spacingMm ? [...image.spacingMm] : null;
      return { ...rest, sources, notes: [...item.notes], width, height, spacingMm, array };
    }
    case 'REPORT':
      return structuredClone(item) as unknown as WireItem;
  }
}
