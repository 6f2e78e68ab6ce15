// The common door of evaluate and bench: install, build, hand over to the built runner.
import { buildCode } from './build.mjs';
import { installWhenNeeded } from './install.mjs';
import { root } from './run.mjs';

/** @param {'evaluate' | 'bench'} kind */
export async function runNamed(kind) {
  installWhenNeeded(root);
  buildCode();
  const { main } = await import(`${root}/dist/bench/main.js`);
  process.exitCode = await main(kind, process.argv.slice(2), root);
}
