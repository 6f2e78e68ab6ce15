// File names can name patients, so a job's result (a row in the database) tells inputs apart by keyed tokens. Whoever
// gave the files, and holds this installation's key, can find the names again.
import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import { pseudonym } from '@tomograph/kernel';

/** `9f3c01ab22d4.dcm`: of the path relative to the input; the ending is kept where it is a usual one. */
export function sourceToken(key: Uint8Array, source: string): string {
  const ending = extname(source).toLowerCase();
  return pseudonym(key, 'source', source).slice(0, 12) + (/^\.[a-z0-9]{1,5}$/.test(ending) ? ending : '');
}

/** token -> path below `input` for everything that lies there; the other way round for the one who asks. */
export async function sourceNames(key: Uint8Array, input: string): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const add = (name: string) => names.set(sourceToken(key, name), name);
  if (!(await stat(input)).isDirectory()) {
    add(basename(input));
    return names;
  }
  for (const entry of await readdir(input, { recursive: true, withFileTypes: true })) {
    add(relative(input, join(entry.parentPath, entry.name)).split(sep).join('/'));
  }
  return names;
}
