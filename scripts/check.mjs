// `npm run check`: format and lint, types of sources, tests and pages, and the direction of imports.
import { installWhenNeeded } from './install.mjs';
import { root, run } from './run.mjs';

installWhenNeeded(root);
run('format and lint', [
  'biome',
  'ci',
  '--colors=off',
  '--max-diagnostics=50',
  '--diagnostic-level=warn',
  '.',
]);
run('directions of imports', ['node', 'scripts/check-imports.mjs']);
run('database client', ['node', 'scripts/generate.mjs']);
run('types of sources', ['tsc', '-b']);
run('types of tests', ['tsc', '-p', 'tsconfig.tests.json']);
run('types of pages', ['tsc', '-p', 'apps/web', '--noEmit']);
