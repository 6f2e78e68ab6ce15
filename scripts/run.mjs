// Runs one command of the tool chain with its output shown; exits with its status when it fails. Node built-ins only.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '');

/**
 * @param {string} title what is being done, for people
 * @param {string[]} command a program of node_modules/.bin or `node`, and its arguments
 * @param {{ env?: Record<string, string>, quiet?: boolean, cwd?: string }} [options]
 */
export function run(title, command, options = {}) {
  const started = performance.now();
  if (!options.quiet) console.error(`— ${title}`);
  const [program, ...args] = command;
  const isNode = program === 'node';
  const { status, error } = spawnSync(
    isNode ? process.execPath : `${root}/node_modules/.bin/${program}`,
    args,
    {
      cwd: options.cwd ?? root,
      stdio: ['ignore', 2, 2],
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...options.env },
    },
  );
  if (error) console.error(error.message);
  if (status !== 0) {
    console.error(`✗ ${title} failed`);
    process.exit(status ?? 1);
  }
  if (!options.quiet) console.error(`  done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
