// What a server knows of the registry: its state, its log, manifests and certificates, read once and kept (they never
// change under their digest). Not per viewer: models are the installation's, cases are a project's.
import { type Database, postgresRegistryStore } from '@tomograph/data';
import { AppError, baseFileLimits, readTensorFile, type Sha256 } from '@tomograph/kernel';
import {
  type CertificateRef,
  loadBlob,
  loadSigningKey,
  type Manifest,
  Registry,
  type RegistryEvent,
  type RegistryStore,
  readManifest,
  type VerifiedCertificate,
  verifyCertificate,
} from '@tomograph/registry';

/** Manifests that are kept; each is a few KiB. */
const keptManifests = 500;

/** A certificate as the log names it; `certificate` is what it says, where it can be believed. */
export type FoundCertificate = { readonly digest: Sha256; readonly verdict: 'green' | 'red' } & (
  | { readonly certificate: VerifiedCertificate; readonly problem: null }
  | { readonly certificate: null; readonly problem: string }
);

/** What changes the registry or asks its rules. */
export type ModelDoor = Pick<ModelCatalogue, 'registry' | 'database'>;

export class ModelCatalogue {
  readonly registry: Registry;
  readonly store: RegistryStore;
  private readonly trustedKeys: readonly string[];
  private readonly manifests = new Map<Sha256, Manifest>();
  private readonly decoders = new Map<Sha256, number | null>();
  private readonly events: RegistryEvent[] = [];
  private reading: Promise<void> = Promise.resolve();

  constructor(readonly database: Database) {
    this.store = postgresRegistryStore(database);
    this.trustedKeys = [loadSigningKey(database.home).publicKey];
    this.registry = new Registry({
      blobs: database.blobs,
      store: this.store,
      trustedKeys: this.trustedKeys,
    });
  }

  /** @throws AppError BLOB_MISSING, BLOB_CORRUPT, MANIFEST_INVALID */
  async manifest(id: Sha256): Promise<Manifest> {
    const kept = this.manifests.get(id);
    if (kept !== undefined) return kept;
    const manifest = await readManifest(this.registry.blobs, id);
    if (this.manifests.size >= keptManifests) this.manifests.delete(this.manifests.keys().next().value!);
    this.manifests.set(id, manifest);
    return manifest;
  }

  /**
   * Values in the decoder of a base: what a decoder per task would add each time. Null for a base without one.
   * @param id of the base's manifest
   */
  async decoderParameters(id: Sha256): Promise<number | null> {
    const kept = this.decoders.get(id);
    if (kept !== undefined) return kept;
    const counted = await this.countDecoder(id);
    this.decoders.set(id, counted);
    return counted;
  }

  /** What the log names as a certificate, its signature and sums checked now. */
  async verify({ certificate: digest, verdict }: CertificateRef): Promise<FoundCertificate> {
    try {
      const bytes = await this.registry.blobs.get(digest);
      return { digest, verdict, certificate: verifyCertificate(bytes, this.trustedKeys), problem: null };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { digest, verdict, certificate: null, problem: error.message };
    }
  }

  /** True for the digest of a certificate that was recorded here. */
  async isCertificate(digest: Sha256): Promise<boolean> {
    return (await this.allEvents()).some(
      (event) => event.kind === 'certificate.issued' && event.data.certificate === digest,
    );
  }

  /** The whole log, oldest first. */
  async allEvents(): Promise<readonly RegistryEvent[]> {
    this.reading = this.reading.catch(() => {}).then(() => this.readOn());
    await this.reading;
    return this.events;
  }

  private async readOn(): Promise<void> {
    for (;;) {
      const events = await this.store.events(this.events.length);
      if (events.length === 0) return;
      this.events.push(...events); // numbered without gaps: the length is the last number
    }
  }

  private async countDecoder(id: Sha256): Promise<number | null> {
    const manifest = await this.manifest(id);
    const { tensors } = readTensorFile(
      await loadBlob(this.registry.blobs, manifest, 'weights'),
      baseFileLimits,
    );
    let values = 0;
    for (const [name, { shape }] of tensors) {
      if (name.startsWith('decoder.')) values += shape.reduce((product, extent) => product * extent, 1);
    }
    return values === 0 ? null : values;
  }
}
