// Reads a GraphQL subscription as server-sent events (graphql-sse, distinct connections: `next` and `complete`).
import { ApiFailure } from './api-failure';
import { type Data, dataOf, type Variables } from './client';

export type SubscriptionName = 'JobProgress' | 'TrainingProgress';

/** Yields results until the stream completes. @throws ApiFailure when it cannot be opened or breaks */
export async function* subscribe<Name extends SubscriptionName>(
  operation: Name,
  variables: Variables<Name>,
  options: { signal: AbortSignal; fetch?: typeof fetch },
): AsyncGenerator<Data<Name>> {
  const response = await (options.fetch ?? fetch)('/api/stream', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ operation, variables }),
    signal: options.signal,
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (!response.ok || !isStream || response.body === null) {
    throw new ApiFailure('STREAM_UNAVAILABLE', `live progress is not available (${response.status})`);
  }
  for await (const event of readEvents(response.body)) {
    if (event.type === 'complete') return;
    if (event.type === 'next') yield dataOf(JSON.parse(event.data)) as Data<Name>;
  }
}

/** Splits an event stream into its events; comments (heart-beats) are dropped. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ type: string; data: string }> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let pending = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      pending += value.replaceAll('\r\n', '\n');
      const blocks = pending.split('\n\n');
      pending = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = parseEvent(block);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseEvent(block: string): { type: string; data: string } | undefined {
  let type = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) type = line.slice(6).trim();
    if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
  }
  return type === 'message' && data.length === 0 ? undefined : { type, data: data.join('\n') };
}
