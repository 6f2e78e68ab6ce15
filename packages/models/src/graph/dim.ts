// Extents of tensors: a number, or a symbol known only at run time ('batch', '64*batch'). Not a general algebra:
// a symbolic extent is one product of a coefficient and symbols, which is all that reshaping a batch needs.
import { AppError } from '@tomograph/kernel';

/** A fixed extent, or a symbolic one in canonical form: `batch`, `rank`, `512*batch`. */
export type Dim = number | string;
export type Shape = readonly Dim[];

interface Monomial {
  readonly coefficient: number;
  readonly symbols: readonly string[];
}

function parse(dim: Dim): Monomial {
  if (typeof dim === 'number') return { coefficient: dim, symbols: [] };
  const parts = dim.split('*');
  const numeric = parts.filter((part) => /^\d+$/.test(part)).map(Number);
  return {
    coefficient: numeric.reduce((a, b) => a * b, 1),
    symbols: parts.filter((part) => !/^\d+$/.test(part)).sort(),
  };
}

function format({ coefficient, symbols }: Monomial): Dim {
  if (symbols.length === 0 || coefficient === 0) return coefficient;
  return (coefficient === 1 ? symbols : [String(coefficient), ...symbols]).join('*');
}

/** Number of elements of a shape, symbolic where the shape is. */
export function product(dims: Shape): Dim {
  const parsed = dims.map(parse);
  return format({
    coefficient: parsed.reduce((a, m) => a * m.coefficient, 1),
    symbols: parsed.flatMap((m) => m.symbols).sort(),
  });
}

/** a / b where it is again one product, else undefined. */
export function quotient(a: Dim, b: Dim): Dim | undefined {
  const top = parse(a);
  const bottom = parse(b);
  const symbols = [...top.symbols];
  for (const symbol of bottom.symbols) {
    const at = symbols.indexOf(symbol);
    if (at < 0) return undefined;
    symbols.splice(at, 1);
  }
  const coefficient = top.coefficient / bottom.coefficient;
  return Number.isInteger(coefficient) ? format({ coefficient, symbols }) : undefined;
}

/** a + b: fixed extents only, or equal symbols added up. */
export function sum(dims: Shape): Dim {
  const parsed = dims.map(parse);
  const key = parsed[0]?.symbols.join('*') ?? '';
  if (parsed.some((m) => m.symbols.join('*') !== key)) refuse(`cannot add the extents ${dims.join(' + ')}`);
  return format({
    coefficient: parsed.reduce((a, m) => a + m.coefficient, 0),
    symbols: parsed[0]?.symbols ?? [],
  });
}

/** The fixed extent, or a refusal that names what needed it. */
export function fixed(dim: Dim | undefined, what: string): number {
  if (typeof dim !== 'number') refuse(`${what} must be a fixed extent, got ${String(dim)}`);
  return dim;
}

/** Shape of an elementwise result under ONNX (numpy) broadcasting. */
export function broadcast(a: Shape, b: Shape, where: string): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    return refuse(`${where}: shapes [${a}] and [${b}] do not broadcast`);
  });
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** Refuses a graph while it is built. @throws AppError GRAPH_INVALID */
export function refuse(message: string): never {
  throw new AppError('GRAPH_INVALID', { message: `graph: ${message}` });
}
