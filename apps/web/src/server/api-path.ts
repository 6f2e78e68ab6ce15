// Builds an API path from decoded URL segments; refuses what could leave the prefix.

/** `/prefix/a/b?query`, or undefined when a segment is empty, a dot segment, or holds anything but a plain name. */
export function apiPath(prefix: string, segments: readonly string[], search: string): string | undefined {
  const plain = segments.every((segment) => /^[A-Za-z0-9_.:=-]+$/.test(segment) && !/^\.+$/.test(segment));
  if (segments.length === 0 || !plain) return undefined;
  return `${prefix}/${segments.map(encodeURIComponent).join('/')}${search}`;
}
