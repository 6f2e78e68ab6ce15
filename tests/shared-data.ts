// Where the real scans of tests and evaluations lie; absent on a machine that does not have them.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder, from the sources and from the built files alike. */
export function repositoryRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'tomograph')
      return folder;
    if (dirname(folder) === folder) throw new Error('not inside a checkout of Tomograph');
  }
}

/** The path of a file or folder of the shared data, or undefined where it is absent: then skip, and say so. */
export function sharedData(...parts: string[]): string | undefined {
  const data = process.env.TOMOGRAPH_TEST_DATA ?? join(repositoryRoot(), '..', 'shared', 'data');
  const path = join(data, ...parts);
  return existsSync(path) ? path : undefined;
}
