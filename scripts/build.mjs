// Builds everything once, and again only when a source changed: client generation, tsc -b, next build.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installWhenNeeded } from './install.mjs';
import { root, run } from './run.mjs';

const ignored = new Set([
  'node_modules',
  'dist',
  '.next',
  'generated',
  '.git',
  'next-env.d.ts',
  'docs',
  'weights',
  'test-output',
]);

/** A digest over path, size and time of every source below the folders. */
function sourceStamp(folders) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  const visit = (path) => {
    const info = statSync(path);
    if (!info.isDirectory()) return void hash.update(`${path}\0${info.size}\0${info.mtimeMs}\n`);
    for (const name of readdirSync(path).sort()) {
      if (!ignored.has(name) && !name.startsWith('.tomograph') && !name.endsWith('.tsbuildinfo'))
        visit(join(path, name));
    }
  };
  for (const folder of folders) if (existsSync(join(root, folder))) visit(join(root, folder));
  return hash.digest('hex');
}

function whenChanged(name, folders, outputs, build) {
  const file = join(root, 'node_modules', '.cache', `tomograph-${name}`);
  const stamp = sourceStamp(folders);
  const isFresh =
    existsSync(file) &&
    readFileSync(file, 'utf8') === stamp &&
    outputs.every((path) => existsSync(join(root, path)));
  if (isFresh) return;
  build();
  mkdirSync(join(root, 'node_modules', '.cache'), { recursive: true });
  writeFileSync(file, sourceStamp(folders));
}

export function buildCode() {
  whenChanged(
    'code',
    ['packages', 'apps/api', 'apps/cli', 'apps/worker', 'bench', 'tests', 'prisma', 'tsconfig.json'],
    ['apps/cli/dist/main.js'],
    () => {
      run('database client', ['node', 'scripts/generate.mjs']);
      run('TypeScript', ['tsc', '-b']);
    },
  );
}

export function buildWeb() {
  whenChanged('web', ['apps/web'], ['apps/web/.next/BUILD_ID'], () => {
    run('web pages', ['next', 'build'], { cwd: join(root, 'apps/web') });
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  installWhenNeeded(root);
  buildCode();
  buildWeb();
}
