// Decides whether a request to app/api comes from this front end's own pages. The web process adds the local key to
// what it passes on, so another site in the same browser must not be able to reach it. Not authentication.

export type OriginVerdict = { allowed: true } | { allowed: false; reason: string };

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
const refuse = (reason: string): OriginVerdict => ({ allowed: false, reason });

/** WEB_HOSTS: further host names (no port), comma separated, under which this server may be addressed. */
function allowedHosts(env: Readonly<Record<string, string | undefined>>): Set<string> {
  const named = (env.WEB_HOSTS ?? '').split(',').map((host) => host.trim().toLowerCase());
  return new Set([...loopback, ...named.filter((host) => host !== '')]);
}

/**
 * `kind` write: anything that carries a body; it must prove its origin. read: a GET whose answer the browser keeps
 * from other sites by itself (Cross-Origin-Resource-Policy), so older browsers without Sec-Fetch-Site may pass.
 * The Host check stops DNS rebinding, where a hostile page is "same origin" with this server under its own name.
 */
export function checkOrigin(
  headers: Headers,
  kind: 'read' | 'write',
  env: Readonly<Record<string, string | undefined>> = process.env,
): OriginVerdict {
  const host = headers.get('host')?.toLowerCase() ?? '';
  const hostName = host.replace(/:\d+$/, '');
  if (!allowedHosts(env).has(hostName)) {
    return refuse('this server is not addressed by a name it knows; add the name to WEB_HOSTS');
  }
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && !(kind === 'read' && site === 'none')) {
    return refuse('the request comes from another site');
  }
  const origin = headers.get('origin');
  if (origin !== null && !isOriginOf(origin, host)) return refuse('the request comes from another origin');
  if (kind === 'write' && site === null && origin === null) {
    return refuse('the request does not say where it comes from; scripts talk to the API itself, with a key');
  }
  return { allowed: true };
}

function isOriginOf(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false; // "null" and other opaque origins
  }
}

export function isJson(headers: Headers): boolean {
  return /^application\/json\s*(;|$)/i.test(headers.get('content-type') ?? '');
}
