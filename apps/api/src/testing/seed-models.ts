// A tiny base with two tasks for tests of this room: spleen has a certified champion and a newer version, liver has a
// version and nothing else. Numbers are made up; no network runs.
import { type Database, openWorkerSession, postgresRegistryStore } from '@tomograph/data';
import { f32Tensor, type Sha256, sha256, writeTensorFile } from '@tomograph/kernel';
import {
  type Actor,
  type BaseManifest,
  issueCertificate,
  loadSigningKey,
  manifestId,
  Registry,
  type SigningKey,
} from '@tomograph/registry';
import { FakeReplay, sampleAdapter, sampleBase } from '@tomograph/registry/testing';

export interface SeededModels {
  readonly registry: Registry;
  readonly key: SigningKey;
  readonly replay: FakeReplay;
  readonly base: BaseManifest;
  /** Registers a version of a task without certificate. @returns its number */
  add(name: string, seed: number): Promise<number>;
  /** Replays, signs and records a certificate, green unless `replay` forgets. */
  certify(uri: string): Promise<void>;
}

/** 300 values of decoder in a file that can be read. */
const weights = writeTensorFile(
  new Map([
    ['decoder.0.weight', f32Tensor([10, 30], new Float32Array(300))],
    ['encoder.0.weight', f32Tensor([7, 100], new Float32Array(700))],
  ]),
);
/** Digest of the weights of the seeded base: what adapter files name. */
export const seededWeights: Sha256 = sha256(weights);

const by: Actor = { name: 'system:test', mayMoveProtected: true };

export async function seedModels(database: Database): Promise<SeededModels> {
  const key = loadSigningKey(database.home);
  const registry = new Registry({
    blobs: database.blobs,
    store: postgresRegistryStore(database),
    trustedKeys: [key.publicKey],
  });
  const replay = new FakeReplay(database.blobs);
  const base = await sampleBase(database.blobs, {}, weights);
  await registry.register(base, by, 'first base');
  const promote = (model: string) =>
    registry.promote({ model, alias: 'champion', version: 1, by, why: 'first' });
  await promote(base.name);
  const add = async (name: string, seed: number): Promise<number> =>
    (await registry.register(await sampleAdapter(database.blobs, base, { name, seed }), by, 'trained'))
      .version;
  const certify = async (uri: string): Promise<void> => {
    await issueCertificate({ registry, replay, key, uri, who: 'system:test', why: 'registered' });
  };
  await add('spleen', 1);
  await certify('models:/spleen/1');
  await promote('spleen');
  await add('spleen', 2);
  await add('liver', 3);
  await openWorkerSession(database, 'cpu: test', {
    bases: [{ manifest: manifestId(base), name: base.name, queued: 1, running: 2, completed: 3 }],
    adapters: [{ manifest: manifestId(base), base: manifestId(base), name: 'spleen', bytes: 400 }],
    adapterBytes: 400,
    adapterLoads: 1,
    adapterHits: 5,
  });
  // it lives for as long as the test does, however slow the machine is
  await database.query("update worker_session set seen_at = now() + interval '1 hour'", []);
  return { registry, key, replay, base, add, certify };
}
