// The registry as one request reads it: the log is asked once, however many fields need it. A change that the request makes
// itself is seen by the fields of its answer.
import type { Database } from '@tomograph/data';
import type { Sha256 } from '@tomograph/kernel';
import type { Manifest, Registry, RegistryEvent, RegistryState, VersionRow } from '@tomograph/registry';
import type { FoundCertificate, ModelCatalogue } from './model-catalogue.js';

export class ModelReads {
  readonly registry: Registry;
  readonly database: Database;
  private asked: Promise<RegistryState> | undefined;
  private listed: Promise<readonly RegistryEvent[]> | undefined;

  constructor(private readonly catalogue: ModelCatalogue) {
    this.registry = catalogue.registry;
    this.database = catalogue.database;
  }

  state(): Promise<RegistryState> {
    this.asked ??= this.registry.state(); // one object that moves on with every commit of this process
    return this.asked;
  }

  manifest(id: Sha256): Promise<Manifest> {
    return this.catalogue.manifest(id);
  }

  decoderParameters(base: Sha256): Promise<number | null> {
    return this.catalogue.decoderParameters(base);
  }

  /** The newest certificate of a version. */
  async certificate({ model, version }: VersionRow): Promise<FoundCertificate | null> {
    const found = (await this.state()).certificate(model, version);
    return found === undefined ? null : this.catalogue.verify(found);
  }

  async versionOfManifest(manifest: Sha256): Promise<VersionRow | null> {
    const state = await this.state();
    const rows = state.models().flatMap((model) => state.versions(model));
    return rows.find((row) => row.manifest === manifest) ?? null;
  }

  /** Everything that happened to a model, oldest first. */
  async eventsOf(model: string): Promise<readonly RegistryEvent[]> {
    this.listed ??= this.catalogue.allEvents();
    return (await this.listed).filter((event) => event.model === model);
  }
}
