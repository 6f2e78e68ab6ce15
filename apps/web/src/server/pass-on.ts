// Passes one request of the browser on to the API: fixed paths, a short list of headers each way, bodies as streams.
// Not a general proxy: the caller names the path, and GraphQL texts come from the generated table alone.
import { operationTexts } from '../graphql/generated/operation-texts';
import { apiUrl, authorization } from './api-connection';
import { checkOrigin, isJson } from './same-origin';

const maxOperationBytes = 512 * 1024; // a report's text (200,000 characters) fits; nothing larger is asked for
const returnedHeaders = [
  'content-type',
  'content-disposition',
  'content-range',
  'accept-ranges',
  'etag',
  'cache-control',
  'retry-after',
];

export function failure(status: number, code: string, message: string): Response {
  return Response.json({ errors: [{ message, extensions: { code } }] }, { status });
}

/** GraphQL over POST, as JSON or as an event stream: `{ operation, variables }` in, the API's answer out. */
export async function passOperation(
  request: Request,
  path: '/graphql' | '/graphql/stream',
): Promise<Response> {
  const verdict = checkOrigin(request.headers, 'write');
  if (!verdict.allowed) return failure(403, 'FORBIDDEN', verdict.reason);
  if (!isJson(request.headers)) return failure(415, 'INVALID_ARGUMENT', 'the body must be application/json');
  const body = await readCapped(request, maxOperationBytes);
  if (body === undefined)
    return failure(413, 'LIMIT_EXCEEDED', `the body is larger than ${maxOperationBytes} bytes`);
  const parsed = parseOperation(body);
  if (parsed === undefined) return failure(400, 'INVALID_ARGUMENT', 'not an operation that these pages use');
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: path === '/graphql' ? 'application/graphql-response+json, application/json' : 'text/event-stream',
  };
  const idempotencyKey = request.headers.get('idempotency-key');
  if (idempotencyKey !== null) headers['idempotency-key'] = idempotencyKey;
  return send(path, { method: 'POST', headers, body: JSON.stringify(parsed), signal: request.signal });
}

/** Bytes of an image or a volume; ranges and conditional requests keep working. */
export async function passBlob(request: Request, path: string): Promise<Response> {
  const verdict = checkOrigin(request.headers, 'read');
  if (!verdict.allowed) return failure(403, 'FORBIDDEN', verdict.reason);
  const headers: Record<string, string> = {};
  for (const name of ['range', 'if-none-match', 'if-range']) {
    const value = request.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  return send(path, { method: 'GET', headers, signal: request.signal });
}

/** The bytes of an upload, streamed: nothing is held here. */
export async function passUpload(request: Request, path: string): Promise<Response> {
  const verdict = checkOrigin(request.headers, 'write');
  if (!verdict.allowed) return failure(403, 'FORBIDDEN', verdict.reason);
  const length = request.headers.get('content-length');
  if (length === null) return failure(411, 'INVALID_ARGUMENT', 'the upload must say its length');
  return send(path, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', 'content-length': length },
    body: request.body,
    signal: request.signal,
    duplex: 'half',
  });
}

async function send(path: string, init: RequestInit & { duplex?: 'half' }): Promise<Response> {
  try {
    const answer = await fetch(`${apiUrl()}${path}`, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), ...(await authorization()) },
      redirect: 'error',
      cache: 'no-store',
    });
    const headers = new Headers({ 'x-content-type-options': 'nosniff' });
    for (const name of returnedHeaders) {
      const value = answer.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    // A decoded body no longer has the length that the API announced. Next sends streams in chunks without a
    // Content-Length, so the viewer reads the total from a header of our own.
    const length =
      answer.headers.get('content-encoding') === null ? answer.headers.get('content-length') : null;
    if (length !== null) headers.set('x-body-bytes', length);
    if (path === '/graphql/stream') headers.set('cache-control', 'no-cache, no-transform');
    return new Response(answer.body, { status: answer.status, headers });
  } catch (error) {
    if (init.signal?.aborted === true) return new Response(null, { status: 499 });
    console.error(`the API did not answer: ${causeOf(error)}`);
    return failure(502, 'API_UNREACHABLE', 'the Tomograph API does not answer; is it running?');
  }
}

function causeOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}

function parseOperation(
  body: string,
): { operationName: string; query: string; variables: unknown } | undefined {
  try {
    const { operation, variables } = JSON.parse(body) as { operation?: unknown; variables?: unknown };
    if (typeof operation !== 'string' || !Object.hasOwn(operationTexts, operation)) return undefined;
    const query = operationTexts[operation as keyof typeof operationTexts];
    return { operationName: operation, query, variables: variables ?? {} };
  } catch {
    return undefined;
  }
}

async function readCapped(request: Request, maxBytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
