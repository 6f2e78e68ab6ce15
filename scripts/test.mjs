// `npm test`: install when needed, check, build, and every test. Arguments go to vitest.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildCode, buildWeb } from './build.mjs';
import { installWhenNeeded } from './install.mjs';
import { root, run } from './run.mjs';

installWhenNeeded(root);
run('check', ['node', 'scripts/check.mjs'], { quiet: true });
buildCode();
buildWeb();

const chromium =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ??
  process.env.CHROMIUM_PATH;
if (!chromium)
  console.error('! no Chromium found: the browser tests are skipped (Debian: apt-get install chromium)');
if (!existsSync(process.env.TOMOGRAPH_TEST_DATA ?? join(root, '..', 'shared', 'data'))) {
  console.error('! no real scans found beside the checkout: the tests that need them are skipped');
}
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  },
);
process.exit(status ?? 1);
