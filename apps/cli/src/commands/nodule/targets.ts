// The places that a command names: points, boxes, and lists of both in a CSV or JSON file. LPS millimetres.
import { readFile, stat } from 'node:fs/promises';
import { AppError, type NoduleTarget, noduleTargetsSchema } from '@tomograph/kernel';

const maxListBytes = 1 << 20;

export interface NamedPlaces {
  readonly at?: readonly string[];
  readonly box?: readonly string[];
  readonly list?: string;
}

/** @throws AppError INVALID_ARGUMENT saying which place is wrong; LIMIT_EXCEEDED for a list of more than 1 MiB */
export async function targetsOf({ at = [], box = [], list }: NamedPlaces): Promise<NoduleTarget[]> {
  const targets = [
    ...at.map((text) => targetOf(numbersIn(text), `--at=${text}`, [3])),
    ...box.map((text) => targetOf(numbersIn(text), `--box=${text}`, [6])),
    ...(list === undefined ? [] : await targetsInFile(list)),
  ];
  const parsed = noduleTargetsSchema.safeParse(targets);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const [place] = issue!.path;
  throw invalid(`${typeof place === 'number' ? `place ${place + 1}: ` : ''}${issue!.message}`);
}

async function targetsInFile(path: string): Promise<NoduleTarget[]> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) throw invalid(`there is no list ${path}`);
  if (info.size > maxListBytes)
    throw new AppError('LIMIT_EXCEEDED', { message: `a list has at most ${maxListBytes} bytes` });
  const text = await readFile(path, 'utf8');
  return path.toLowerCase().endsWith('.json') ? targetsInJson(text) : targetsInCsv(text);
}

/** Lines of 3 numbers (a point) or 6 (the two corners of a box); a first line of words is a header. */
export function targetsInCsv(text: string): NoduleTarget[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.flatMap((line, n) => {
    if (line === '' || line.startsWith('#') || (n === 0 && /[a-z]/i.test(line))) return [];
    return [targetOf(numbersIn(line), `line ${n + 1}`, [3, 6])];
  });
}

/** A list of `[x, y, z]`, `{ "point": [x, y, z] }` or `{ "low": [x, y, z], "high": [x, y, z] }`. */
export function targetsInJson(text: string): NoduleTarget[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw invalid('the list is not JSON');
  }
  if (!Array.isArray(list)) throw invalid('the list is not a JSON array of places');
  return list.map((each: unknown, n) => {
    const { point, low, high } = (Array.isArray(each) ? { point: each } : (each ?? {})) as Record<
      string,
      unknown
    >;
    const values = point === undefined ? [low, high].flat() : [point].flat();
    return targetOf(
      values.map((value) => (typeof value === 'number' ? value : Number.NaN)),
      `entry ${n + 1}`,
      [point === undefined ? 6 : 3],
    );
  });
}

function numbersIn(text: string): number[] {
  return text.split(/[,;\t]/).map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
}

function targetOf(values: readonly number[], what: string, counts: readonly number[]): NoduleTarget {
  if (!counts.includes(values.length) || !values.every(Number.isFinite)) {
    throw invalid(
      `${what}: expected ${counts.join(' or ')} numbers in LPS millimetres, such as --at=-57.4,131.2,-520.4`,
    );
  }
  const [x, y, z, ...rest] = values as [number, number, number, number, number, number];
  if (values.length === 3) return { kind: 'POINT', point: [x, y, z] };
  const other = rest as unknown as [number, number, number];
  const corner = (of: (a: number, b: number) => number): [number, number, number] => [
    of(x, other[0]),
    of(y, other[1]),
    of(z, other[2]),
  ];
  return { kind: 'BOX', low: corner(Math.min), high: corner(Math.max) };
}

function invalid(message: string): AppError {
  return new AppError('INVALID_ARGUMENT', { message });
}
