import { expect, test } from 'vitest';
import { listen } from './listen.js';

test('says in one sentence that a port is taken', async () => {
  const first = await listen(() => {}, 0, '127.0.0.1');
  await expect(listen(() => {}, first.port, '127.0.0.1')).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: `port ${first.port} is in use by another program: stop that program, or set API_PORT to another port`,
  });
  await first.close(0);
});

test('ends although a client keeps its connection', async () => {
  const server = await listen((_req, res) => res.end('ok'), 0, '127.0.0.1');
  await (await fetch(`http://127.0.0.1:${server.port}/`)).text();
  await server.close(1_000);
  await expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toThrow();
});
