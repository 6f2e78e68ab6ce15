export type { DatabaseKind } from './connection/connect.js';
export { isUniqueViolation, type Sql, type SqlDatabase } from './connection/sql.js';
export { connectDatabase, type Database, type OpenOptions, openDatabase } from './database.js';
export {
  type EmbeddedConnection,
  type EmbeddedDatabase,
  type EmbeddedOptions,
  startEmbeddedDatabase,
} from './embedded/embedded-database.js';
export { migrate } from './migrate/migrate.js';
export { migrationsFolder, readMigrations } from './migrate/migrations.js';
export type { Secrets } from './secrets.js';
