// Asks for a port before anything is started, so that a taken one is one clear sentence.
import { createServer } from 'node:net';
import { AppError } from '@tomograph/kernel';

/** @throws AppError PORT_TAKEN naming the port and the variable that changes it */
export async function assertPortFree(port: number, variable: 'API_PORT' | 'WEB_PORT'): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === 'EADDRINUSE';
      reject(
        new AppError('PORT_TAKEN', {
          message: isTaken
            ? `port ${port} is taken by another program: stop it, or choose another port with ${variable}=…`
            : `port ${port} cannot be opened (${cause.code}): choose another port with ${variable}=…`,
          facts: { port, variable },
          cause,
        }),
      );
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve());
  });
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** Waits until a URL answers 2xx. */
export async function untilAnswers(url: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const isUp = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return;
    if (performance.now() > deadline) {
      throw new AppError('DEADLINE_EXCEEDED', {
        message: `${new URL(url).pathname} on port ${new URL(url).port} did not answer within ${timeoutMs / 1000} s; the lines above say why`,
        facts: { timeoutMs },
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
