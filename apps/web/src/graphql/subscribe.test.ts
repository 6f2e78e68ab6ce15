import { describe, expect, it } from 'vitest';
import { readEvents, subscribe } from './subscribe';

function streamOf(...chunks: string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const event = (seq: number) =>
  `event: next\ndata: ${JSON.stringify({ data: { jobProgress: { seq, at: 't', state: 'RUNNING', progress: 0.5, step: 's' } } })}\n\n`;

describe('readEvents', () => {
  it('puts events together however the bytes were cut', async () => {
    const text = `:heart-beat\n\n${event(1)}${event(2)}event: complete\ndata:\n\n`;
    const whole = await all(readEvents(streamOf(text)));
    const bytewise = await all(readEvents(streamOf(...text)));
    expect(whole).toHaveLength(3);
    expect(bytewise).toEqual(whole);
    expect(whole.map((item) => item.type)).toEqual(['next', 'next', 'complete']);
  });

  it('reads line ends of both kinds and drops an unfinished event', async () => {
    expect(await all(readEvents(streamOf('event: next\r\ndata: 1\r\n\r\nevent: next\ndata: 2')))).toEqual([
      { type: 'next', data: '1' },
    ]);
  });
});

describe('subscribe', () => {
  const signal = new AbortController().signal;
  const answering = (body: BodyInit | null, init: ResponseInit) =>
    (async () => new Response(body, init)) as unknown as typeof fetch;
  const stream = { headers: { 'content-type': 'text/event-stream' } };

  it('yields results until the stream completes', async () => {
    const fetch = answering(streamOf(event(1), event(2), 'event: complete\n\n', event(3)), stream);
    const seen = await all(subscribe('JobProgress', { id: 'j' }, { signal, fetch }));
    expect(seen.map((result) => result.jobProgress.seq)).toEqual([1, 2]);
  });

  it('fails when the server offers no stream, so that the caller can poll', async () => {
    const refused = subscribe(
      'JobProgress',
      { id: 'j' },
      { signal, fetch: answering('{}', { status: 503 }) },
    );
    await expect(all(refused)).rejects.toMatchObject({ code: 'STREAM_UNAVAILABLE' });
  });

  it('fails with the API’s code when a result carries an error', async () => {
    const bad = 'event: next\ndata: {"errors":[{"message":"no","extensions":{"code":"NOT_FOUND"}}]}\n\n';
    const failing = subscribe(
      'JobProgress',
      { id: 'j' },
      { signal, fetch: answering(streamOf(bad), stream) },
    );
    await expect(all(failing)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
