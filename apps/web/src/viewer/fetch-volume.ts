// Fetches a volume's bytes with progress. The bytes stay gzipped: NiiVue opens them.
import { ApiFailure } from '../graphql/api-failure';

export async function fetchVolume(
  url: string,
  options: {
    signal: AbortSignal;
    onProgress: (receivedBytes: number, totalBytes: number | undefined) => void;
  },
): Promise<ArrayBuffer> {
  const response = await fetch(url, { signal: options.signal });
  if (!response.ok || response.body === null) {
    const body = await response.json().catch(() => undefined);
    const error = body?.errors?.[0];
    throw new ApiFailure(
      error?.extensions?.code ?? (response.status === 404 ? 'BLOB_MISSING' : 'INTERNAL'),
      error?.message ?? `the volume could not be fetched (${response.status})`,
    );
  }
  const announced = Number(response.headers.get('x-body-bytes'));
  const total = announced > 0 ? announced : undefined;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    received += value.byteLength;
    options.onProgress(received, total);
  }
  return new Blob(chunks).arrayBuffer();
}
