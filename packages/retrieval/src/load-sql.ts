// Reads the statements of this room, one .sql file each, so that a review sees the SQL that runs.
// Not a query builder: the only things filled in are shared fragments and integers that must be literals.
import { readFileSync } from 'node:fs';

// src/ and dist/ are siblings: this path holds from src/load-sql.ts and dist/load-sql.js alike, nothing is copied.
const folder = new URL('../src/sql/', import.meta.url);
const texts = new Map<string, string>();

/**
 * The text of `sql/<name>.sql`. `{{> fragment}}` is replaced by that file, `{{key}}` by the integer `literals.key`:
 * a partial index and an expression index are matched by the planner on literals only, so the space and the width
 * can not be parameters.
 * @throws TypeError where a literal is missing, or is not an integer from 0 to 2^31-1
 */
export function loadSql(name: string, literals: Readonly<Record<string, number>> = {}): string {
  return readSql(name).replace(/\{\{(\w+)\}\}/g, (_all, key: string) => {
    const value = literals[key];
    if (value === undefined || !Number.isInteger(value) || value < 0 || value > 0x7fffffff) {
      throw new TypeError(`sql/${name}.sql needs an integer for {{${key}}}, got ${String(value)}`);
    }
    return String(value);
  });
}

function readSql(name: string): string {
  let text = texts.get(name);
  if (text === undefined) {
    text = readFileSync(new URL(`${name}.sql`, folder), 'utf8').replace(
      /\{\{> ([\w-]+)\}\}/g,
      (_all, fragment: string) => readSql(fragment).trim(),
    );
    texts.set(name, text);
  }
  return text;
}
