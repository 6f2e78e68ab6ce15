// Prisma's command line, used for `generate`, `validate` and `format` alone; migrations are applied by packages/data.
import { defineConfig } from 'prisma/config';

// The command line would download a schema engine before every command, also before those that never start it.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
