// One byte range of RFC 9110 (`bytes=a-b`, `bytes=a-`, `bytes=-n`); several ranges at once are answered whole.
export type ByteRange = { readonly start: number; readonly end: number } | 'whole' | 'unsatisfiable';

/** `end` is exclusive. */
export function readRange(header: string | undefined, size: number): ByteRange {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return 'whole';
  const [from, to] = [match[1]!, match[2]!];
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size : Math.min(size, Number(to) + 1);
  return start < end ? { start, end } : 'unsatisfiable';
}
