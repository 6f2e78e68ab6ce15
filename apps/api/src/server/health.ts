// Health and metrics: open to whoever can reach the port, since they say nothing about anybody.
import { type SqlDatabase, workerSessions } from '@tomograph/data';
import type { Express } from 'express';
import { named, routes } from './access-log.js';
import type { Metrics } from './metrics.js';

const readyTimeoutMs = 2_000;

export function addHealth(app: Express, metrics: Metrics, database: SqlDatabase): void {
  app.get(routes.live, named(routes.live), (_req, res) => {
    res.json({ status: 'live' });
  });
  app.get(routes.ready, named(routes.ready), async (_req, res) => {
    const ready = await answersInTime(database);
    res.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready' });
  });
  app.get(routes.metrics, named(routes.metrics), async (_req, res) => {
    // without the database its last numbers stay: metrics answer always
    await workerSessions(database).then(metrics.noteWorkers, () => undefined);
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

async function answersInTime(database: SqlDatabase): Promise<boolean> {
  const answered = database.query('select 1').then(
    () => true,
    () => false,
  );
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), readyTimeoutMs).unref());
  return Promise.race([answered, late]);
}
