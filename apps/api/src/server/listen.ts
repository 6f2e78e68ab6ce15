// A listening HTTP server with the time caps that keep slow clients from holding it, and an orderly end.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '@tomograph/kernel';

export interface Listening {
  readonly port: number;
  /** Stops accepting, lets what runs finish for `graceMs`, then cuts. */
  close(graceMs: number): Promise<void>;
}

/** @throws AppError PORT_TAKEN */
export async function listen(handler: RequestListener, port: number, host: string): Promise<Listening> {
  const server = createServer(
    // An upload of 2 GiB at 5 MB/s takes 7 minutes; headers must come at once.
    {
      requestTimeout: 30 * 60_000,
      headersTimeout: 15_000,
      keepAliveTimeout: 5_000,
      maxHeaderSize: 16 * 1024,
    },
    handler,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE' && cause.code !== 'EACCES') return reject(cause);
      const why =
        cause.code === 'EACCES' ? 'may not be used by this account' : 'is in use by another program';
      const message = `port ${port} ${why}: stop that program, or set API_PORT to another port`;
      reject(new AppError('PORT_TAKEN', { message, facts: { port }, cause }));
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}
