// What a template depends on: a new migration, queue or engine makes a new one.
import { jobKinds, sha256 } from '@tomograph/kernel';
import { readMigrations } from '../migrate/migrations.js';

export function templateDigest(engine: string): string {
  const parts = [engine, ...jobKinds, ...readMigrations().map((migration) => migration.checksum)];
  return sha256(parts.join('\n')).slice(7, 23);
}
