// The embedded database as the product runs it, in a process of its own, in a home that goes away.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@tomograph/data';

export async function embeddedDatabase() {
  const home = await mkdtemp(join(tmpdir(), 'tg-bench-'));
  const config = {
    ...{ home, apiPort: 4000, webPort: 3000, device: 'cpu' as const },
    ...{ databaseUrl: undefined, blobUrl: undefined },
  };
  const db = await openDatabase(config, { purpose: 'bench search' });
  const close = async () => {
    await db.close();
    await rm(home, { recursive: true, force: true });
  };
  return { ...db, config, close, [Symbol.asyncDispose]: close };
}
