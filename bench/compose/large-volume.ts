// (d) One large segmentation in a process of its own, which tells its highest resident memory as JSON on stdout:
// `node large-volume.js STORE BASE ADAPTER,ADAPTER NX NY NZ`. Started by compose.ts.
import type { Sha256 } from '@tomograph/kernel';
import { FolderBlobStore } from '@tomograph/registry';
import { ModelHouse, segmentVolume } from '@tomograph/worker';
import { plainBody } from './bodies.js';

export interface LargeVolume {
  readonly peakMb: number;
  /** With base and adapters loaded, before the volume is there. */
  readonly startMb: number;
  readonly volumeMb: number;
  readonly seconds: number;
  readonly structures: number;
}

const [folder, baseId, ids, ...extents] = process.argv.slice(2) as [string, Sha256, string, ...string[]];
await using house = new ModelHouse(new FolderBlobStore(folder), 'cpu');
const session = await house.base(baseId);
const tasks = [];
for (const id of ids.split(',') as Sha256[]) {
  const adapter = await house.adapter(id);
  tasks.push({ model: adapter.manifest.name, version: 1, manifest: id, adapter });
}
const startMb = process.memoryUsage.rss() / 2 ** 20;
const volume = plainBody(extents.map(Number) as [number, number, number], [0.7, 0.7, 1]);
const started = performance.now();
const { structures } = await segmentVolume(volume, session, [
  { model: session.manifest.name, version: 1, manifest: session.id },
  ...tasks,
]);
const told: LargeVolume = {
  peakMb: process.resourceUsage().maxRSS / 1024,
  startMb,
  volumeMb: volume.voxels.byteLength / 2 ** 20,
  seconds: (performance.now() - started) / 1000,
  structures: structures.filter(({ voxels }) => voxels > 0).length,
};
console.log(JSON.stringify(told));
