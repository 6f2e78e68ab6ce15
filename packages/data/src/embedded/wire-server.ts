// The Postgres wire protocol over a unix socket, in front of one PGlite. Not a pool and not authenticated: the
// folder's 0700 is the door. @electric-sql/pglite-socket is not used because it runs every protocol message on
// its own: with two clients and a statement above 64 KiB one client's Bind meets the other's Parse (measured:
// 399 of 400 statements failed). Here the unit is everything up to Sync, and a transaction owns the session.
import { createServer, type Server, type Socket } from 'node:net';
import type { PGlite } from '@electric-sql/pglite';
import { createFrameReader, type Unit } from './wire-frames.js';

export interface WireServerOptions {
  readonly db: PGlite;
  /** Absolute path of the socket file; its folder must be private. */
  readonly path: string;
  /** A client that holds a transaction open and says nothing for this long is rolled back and disconnected. */
  readonly idleInTransactionMs?: number;
}

export interface WireServer {
  /** Stops listening, disconnects every client and rolls back what was open. Does not close the database. */
  close(): Promise<void>;
}

interface Client {
  readonly socket: Socket;
  readonly waiting: Unit[];
  gone: boolean;
}

export async function startWireServer(options: WireServerOptions): Promise<WireServer> {
  const session = new SharedSession(options.db, options.idleInTransactionMs ?? 30_000);
  const clients = new Set<Client>();
  const server = createServer((socket) => {
    const client: Client = { socket, waiting: [], gone: false };
    clients.add(client);
    const read = createFrameReader();
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const unit of read(chunk)) session.accept(client, unit);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('error', () => {}); // a client that went away; 'close' follows
    socket.on('close', () => {
      clients.delete(client);
      session.leave(client);
    });
  });
  await listen(server, options.path);
  return {
    async close() {
      for (const client of clients) client.socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await session.idle();
    },
  };
}

/** One session, many clients: whoever opened a transaction is served alone until it ends. */
class SharedSession {
  private readonly turn: Client[] = []; // one entry per waiting unit, in order of arrival
  private owner: Client | undefined;
  private running: Promise<void> | undefined;
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly db: PGlite,
    private readonly idleInTransactionMs: number,
  ) {}

  accept(client: Client, unit: Unit): void {
    if (unit.kind === 'refuse') client.socket.write('N');
    else if (unit.kind === 'end') client.socket.end();
    else {
      client.waiting.push(unit);
      this.turn.push(client);
      this.run();
    }
  }

  leave(client: Client): void {
    client.gone = true;
    client.waiting.length = 0;
    this.run();
  }

  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private run(): void {
    this.running ??= this.drain().finally(() => {
      this.running = undefined;
      if (this.next() || this.owner?.gone) this.run();
    });
  }

  private async drain(): Promise<void> {
    clearTimeout(this.idleTimer);
    for (;;) {
      if (this.owner?.gone) {
        const onRawData = () => {};
        await this.db.runExclusive(() => this.db.execProtocolRawStream(rollback, { onRawData }));
        this.owner = undefined;
      }
      const client = this.next();
      if (!client) break;
      this.turn.splice(this.turn.indexOf(client), 1);
      const unit = client.waiting.shift();
      if (unit?.kind === 'run') await this.serve(client, unit);
    }
    if (this.owner) {
      this.idleTimer = setTimeout(() => this.owner?.socket.destroy(), this.idleInTransactionMs);
      this.idleTimer.unref();
    }
  }

  private next(): Client | undefined {
    while (this.turn[0]?.gone) this.turn.shift();
    return this.owner ? this.turn.find((client) => client === this.owner) : this.turn[0];
  }

  private async serve(client: Client, unit: Unit & { kind: 'run' }): Promise<void> {
    try {
      await this.db.runExclusive(() =>
        this.db.execProtocolRawStream(unit.bytes, {
          onRawData: (data) => {
            // the bytes live in WebAssembly memory that the next statement overwrites
            if (data.length > 0 && client.socket.writable) client.socket.write(Buffer.from(data));
          },
        }),
      );
    } catch (error) {
      client.socket.destroy(error as Error);
    }
    this.owner = this.db.isInTransaction() || unit.continues ? client : undefined;
  }
}

const rollback = Buffer.concat([Buffer.from('Q'), int32(4 + 9), Buffer.from('ROLLBACK\0')]);

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
