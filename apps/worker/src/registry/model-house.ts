// What a worker process holds in memory: one session per base, adapters as tensors. Everything is verified by digest when
// it comes in and kept under its digest, so an alias that moves needs no restart and no invalidation.
import { AppError, type Config, type Sha256 } from '@tomograph/kernel';
import {
  type Adapter,
  decodePvtBase,
  type Head,
  InferencePool,
  type LoraLayer,
  type PoolDescription,
  type PvtBase,
  servingNetwork,
} from '@tomograph/models';
import type { BlobStore } from '@tomograph/registry';
import {
  type AdapterManifest,
  type BaseManifest,
  blobOf,
  loadAdapter,
  loadBlob,
  readBaseManifest,
} from '@tomograph/registry';
import { poolOptions } from './runtime.js';

export interface BaseSession {
  /** Of the manifest. */
  readonly id: Sha256;
  readonly manifest: BaseManifest;
  readonly base: PvtBase;
  readonly layout: readonly LoraLayer[];
  readonly pool: InferencePool;
}

export interface HeldAdapter {
  readonly id: Sha256;
  readonly manifest: AdapterManifest;
  readonly factors: Adapter['factors'];
  readonly head: Head;
  readonly bytes: number;
}

export interface Residents {
  readonly bases: readonly {
    readonly manifest: Sha256;
    readonly name: string;
    readonly pool: PoolDescription;
  }[];
  readonly adapters: readonly {
    readonly manifest: Sha256;
    readonly base: Sha256;
    readonly name: string;
    readonly bytes: number;
  }[];
  readonly adapterBytes: number;
  readonly adapterLoads: number;
  readonly adapterHits: number;
}

export class ModelHouse implements AsyncDisposable {
  private readonly bases = new Map<Sha256, Promise<BaseSession>>();
  private readonly ready = new Map<Sha256, BaseSession>();
  /** Least recently used first. */
  private readonly adapters = new Map<Sha256, HeldAdapter>();
  private adapterBytes = 0;
  private loads = 0;
  private hits = 0;

  constructor(
    private readonly blobs: BlobStore,
    private readonly device: Config['device'],
    private readonly maxAdapterBytes = 2 ** 31,
  ) {}

  /**
   * The one session of a base.
   * @throws AppError BLOB_MISSING, BLOB_CORRUPT, MANIFEST_INVALID, PROVIDER_UNAVAILABLE
   */
  base(id: Sha256): Promise<BaseSession> {
    const held = this.bases.get(id);
    if (held !== undefined) return held;
    const opening = this.openBase(id);
    this.bases.set(id, opening);
    opening.catch(() => this.bases.delete(id)); // the next one may succeed
    return opening;
  }

  /**
   * The numbers of an adapter, loaded and verified once.
   * @throws AppError as loadAdapter of packages/registry
   */
  async adapter(id: Sha256): Promise<HeldAdapter> {
    const held = this.adapters.get(id);
    if (held !== undefined) {
      this.hits++;
      this.adapters.delete(id);
      this.adapters.set(id, held);
      return held;
    }
    const { manifest, verified } = await loadAdapter(this.blobs, id);
    if (verified.head === null) {
      throw new AppError('MANIFEST_INVALID', { message: `adapter ${manifest.name} has no head` });
    }
    this.loads++;
    const bytes = 4 * (verified.parameters.factors + verified.parameters.head);
    const fresh: HeldAdapter = { id, manifest, factors: verified.factors, head: verified.head, bytes };
    if (!this.adapters.has(id)) this.adapterBytes += bytes;
    this.adapters.set(id, fresh);
    this.makeRoom();
    return fresh;
  }

  describe(): Residents {
    return {
      bases: [...this.ready.values()].map(({ id, manifest, pool }) => ({
        manifest: id,
        name: manifest.name,
        pool: pool.describe(),
      })),
      adapters: [...this.adapters.values()].map(({ id, manifest, bytes }) => ({
        manifest: id,
        base: manifest.base.manifest,
        name: manifest.name,
        bytes,
      })),
      adapterBytes: this.adapterBytes,
      adapterLoads: this.loads,
      adapterHits: this.hits,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await Promise.allSettled(this.bases.values());
    for (const base of opened) if (base.status === 'fulfilled') await base.value.pool.close();
  }

  private async openBase(id: Sha256): Promise<BaseSession> {
    const manifest = await readBaseManifest(this.blobs, id);
    if (manifest.head === null) {
      throw new AppError('INVALID_ARGUMENT', {
        message: `${manifest.name} takes no tasks and segments nothing: name another base`,
        facts: { model: manifest.name },
      });
    }
    const base = decodePvtBase(await loadBlob(this.blobs, manifest, 'weights'));
    if (base.digest !== blobOf(manifest, 'weights').digest) {
      throw new AppError('BLOB_CORRUPT', { message: `the weights of ${manifest.name} are not its own` });
    }
    // the stored graph and not one made now: it is what the manifest, and every certificate, speaks of
    const graph = await loadBlob(this.blobs, manifest, 'graph');
    const { layout } = servingNetwork(base);
    const pool = await InferencePool.create(graph, poolOptions(this.device));
    const session = { id, manifest, base, layout, pool };
    this.ready.set(id, session);
    return session;
  }

  private makeRoom(): void {
    for (const [id, { bytes }] of this.adapters) {
      if (this.adapterBytes <= this.maxAdapterBytes || this.adapters.size === 1) return;
      this.adapters.delete(id);
      this.adapterBytes -= bytes;
    }
  }
}
