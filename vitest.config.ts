import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const rooms = ['kernel', 'imaging', 'phantom', 'models', 'registry', 'data', 'retrieval'];
const apps = ['worker', 'api', 'cli'];
const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Tests run on the sources of every room; code that starts a process or a thread starts the built files.
export default defineConfig({
  resolve: {
    alias: Object.fromEntries([
      ['@tomograph/registry/testing', source('packages/registry/src/testing/index.ts')],
      ['@tomograph/worker/testing', source('apps/worker/src/testing/index.ts')],
      ['@tomograph/data/testing', source('packages/data/src/testing/index.ts')], // before their rooms: first match wins
      ...rooms.map((room) => [`@tomograph/${room}`, source(`packages/${room}/src/index.ts`)]),
      ...apps.map((app) => [`@tomograph/${app}`, source(`apps/${app}/src/index.ts`)]),
    ]),
  },
  test: {
    // One copy of graphql: vite would take its ES build while the packages that use it take its CommonJS one.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
    include: ['{packages,apps}/*/src/**/*.test.ts', 'apps/web/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.next/**'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    pool: 'forks',
  },
});
