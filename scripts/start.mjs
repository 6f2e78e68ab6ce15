// `npm start`: install when needed, build when changed, then serve. Node built-ins only until that is done.
import { spawn } from 'node:child_process';
import { buildCode, buildWeb } from './build.mjs';
import { installWhenNeeded } from './install.mjs';
import { root } from './run.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Tomograph needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}
installWhenNeeded(root);
buildCode();
if (!process.argv.includes('--no-web')) buildWeb();

const child = spawn(process.execPath, [`${root}/apps/cli/dist/main.js`, 'serve', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// The terminal sends Ctrl-C to the whole group; a signal sent to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
