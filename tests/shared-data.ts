// Where the real scans of the tests lie; absent on a machine that does not have them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.env.TOMOGRAPH_TEST_DATA ?? fileURLToPath(new URL('../../shared/data', import.meta.url));

/** The path of a file or folder of the shared data, or undefined where it is absent: then skip, and say so. */
export function sharedData(...parts: string[]): string | undefined {
  const path = join(root, ...parts);
  return existsSync(path) ? path : undefined;
}
