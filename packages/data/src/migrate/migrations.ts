// The migrations of this build: Prisma's folder layout, `prisma/migrations/<name>/migration.sql`.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Migration {
  /** Folder name; migrations apply in the order of their names. */
  readonly name: string;
  readonly sql: string;
  /** Hex sha256 of the file's bytes, as Prisma computes it. */
  readonly checksum: string;
}

// the same depth from src/migrate and dist/migrate
export const migrationsFolder = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

export function readMigrations(folder: string = migrationsFolder): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(folder, name, 'migration.sql'));
      return {
        name,
        sql: bytes.toString('utf8'),
        checksum: createHash('sha256').update(bytes).digest('hex'),
      };
    });
}
