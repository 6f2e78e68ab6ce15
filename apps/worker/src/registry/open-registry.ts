// The registry of this installation: its blobs, its log in the database, its own signing key. Rules: packages/registry.
import { type Database, postgresRegistryStore } from '@tomograph/data';
import { loadSigningKey, Registry, type SigningKey } from '@tomograph/registry';

export interface RegistryRoom {
  readonly registry: Registry;
  /** Signs certificates; its public half is what this installation trusts. */
  readonly key: SigningKey;
}

export function openRegistry(database: Database): RegistryRoom {
  const key = loadSigningKey(database.home);
  const registry = new Registry({
    blobs: database.blobs,
    store: postgresRegistryStore(database),
    trustedKeys: [key.publicKey],
  });
  return { registry, key };
}
