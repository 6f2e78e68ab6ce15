// The policy of every page: nothing is ever asked from another origin. Not the CSRF check (see same-origin.ts).

/** `'unsafe-inline'` for styles alone: React writes style attributes, and a style cannot send data past `default-src`. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' data: blob:", // NiiVue fetches its font atlas from a data: address
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
