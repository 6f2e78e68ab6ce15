// Keeps the house's direction: every import of a room is declared, allowed for its floor, and in no circle.
// npm hoists, so an undeclared import compiles; this is where it is caught.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { root } from './run.mjs';

/** Which rooms a room may import. Down only; floor-1 rooms meet only in worker and cli. */
const allowed = {
  kernel: [],
  imaging: ['kernel'],
  phantom: ['kernel', 'imaging'],
  models: ['kernel'],
  registry: ['kernel'],
  data: ['kernel', 'registry'],
  retrieval: ['kernel', 'data'],
  api: ['kernel', 'registry', 'data', 'retrieval'],
  worker: ['kernel', 'imaging', 'phantom', 'models', 'registry', 'data', 'retrieval'],
  cli: ['kernel', 'imaging', 'phantom', 'models', 'registry', 'data', 'retrieval', 'worker', 'api'],
  web: [],
};
const problems = [];

for (const [room, rooms] of Object.entries(allowed)) {
  const folder = [join(root, 'packages', room), join(root, 'apps', room)].find(existsSync);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const declared = new Set([
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.devDependencies ?? {}),
  ]);
  const files = sources(folder);
  const graph = new Map();
  for (const file of files) {
    const edges = [];
    for (const { name, typeOnly } of imports(readFileSync(file, 'utf8'))) {
      if (name.startsWith('.')) {
        const target = resolve(dirname(file), name).replace(/\.js$/, '');
        const found = [`${target}.ts`, `${target}.tsx`, join(target, 'index.ts')].find((path) =>
          files.has(path),
        );
        if (found && !typeOnly) edges.push(found);
      } else checkPackage(room, rooms, declared, file, name);
    }
    graph.set(file, edges);
  }
  findCircle(graph);
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}

function checkPackage(room, rooms, declared, file, name) {
  if (name.startsWith('@/')) return; // Next's alias for its own sources
  const where = relative(root, file);
  const packageName = name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : name.split('/')[0];
  if (name.startsWith('node:') || builtinModules.includes(packageName)) return;
  const isTest = /\.test\.tsx?$|[/\\]testing[/\\]/.test(file);
  if (packageName === 'vitest')
    return isTest ? undefined : void problems.push(`${where}: vitest outside a test`);
  if (packageName.startsWith('@tomograph/')) {
    const other = packageName.slice('@tomograph/'.length);
    if (!isTest && !rooms.includes(other)) problems.push(`${where}: ${room} may not import ${other}`);
  }
  if (packageName === 'onnxruntime-node' && !/packages[/\\]models[/\\]src[/\\]runtime[/\\]/.test(file)) {
    problems.push(`${where}: only packages/models/src/runtime imports onnxruntime-node`);
  }
  if (!isTest && !declared.has(packageName))
    problems.push(`${where}: ${packageName} is not declared in the package.json of ${room}`);
}

function* imports(text) {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const pattern =
    /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[\w*{][^;'"`]*?\sfrom\s+)?['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;
  for (const match of code.matchAll(pattern)) {
    yield { name: match[3] ?? match[4], typeOnly: match[2] !== undefined || match[4] !== undefined };
  }
}

function sources(folder) {
  const found = new Set();
  const visit = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (['node_modules', 'dist', '.next', 'generated', 'public'].includes(entry.name)) continue;
      const full = join(path, entry.name);
      if (entry.isDirectory()) visit(full);
      else if (/\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts')) found.add(full);
    }
  };
  visit(folder);
  return found;
}

function findCircle(graph) {
  const state = new Map();
  const visit = (file, path) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      const circle = [...path.slice(path.indexOf(file)), file].map((step) => relative(root, step));
      problems.push(`import circle: ${circle.join(' -> ')}`);
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file, []);
}
