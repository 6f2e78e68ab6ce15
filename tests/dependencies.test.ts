// Every package that a package.json names is accounted for. Not whether it is used: see scripts/check-imports.mjs.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from './shared-data.js';

test('every dependency has a line with reason, licence and what it needs at install, and is pinned', () => {
  const root = repositoryRoot();
  const table = readFileSync(join(root, 'docs/decisions/dependencies.md'), 'utf8');
  const rows = [...table.matchAll(/^\|(.+)\|$/gm)].map(([, row]) =>
    row!.split('|').map((cell) => cell.trim()),
  );
  const listed = new Set(
    rows
      .filter((cells) => cells.length === 5 && cells.every((cell) => cell !== ''))
      .flatMap(([names]) => names!.split(', ').map((name) => name.replace(/ \(.+\)$/, ''))),
  );
  const named = ['package.json', ...roomsOf(root, 'packages'), ...roomsOf(root, 'apps')].flatMap((file) => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, file), 'utf8'));
    return Object.entries<string>({ ...dependencies, ...devDependencies });
  });
  const missing = named.filter(([name]) => !name.startsWith('@tomograph/') && !listed.has(name));
  expect(missing).toEqual([]);
  expect(named.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

function roomsOf(root: string, floor: string): string[] {
  return readdirSync(join(root, floor)).map((room) => join(floor, room, 'package.json'));
}
