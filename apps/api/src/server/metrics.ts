// Prometheus metrics of one API server. Labels come from closed lists only (routes, codes, kinds): no ids, no names.
import type { WorkerResidents, WorkerSessionRecord } from '@tomograph/data';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'tomograph_' });
  return {
    registry,
    noteWorkers: workerMetrics(registers),
    requests: new Counter({
      name: 'tomograph_http_requests_total',
      help: 'HTTP requests by route and status',
      labelNames: ['route', 'status'],
      registers,
    }),
    seconds: new Histogram({
      name: 'tomograph_http_request_seconds',
      help: 'Duration of HTTP requests by route',
      labelNames: ['route'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    operations: new Counter({
      name: 'tomograph_graphql_operations_total',
      help: 'GraphQL operations by kind and outcome (OK or the first error code)',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    cost: new Histogram({
      name: 'tomograph_graphql_cost',
      help: 'Actual cost of GraphQL operations in points',
      buckets: [1, 5, 20, 50, 100, 250, 500, 1000, 2500, 5000],
      registers,
    }),
    uploads: new Counter({
      name: 'tomograph_uploads_total',
      help: 'Uploads by outcome (OK or an error code)',
      labelNames: ['outcome'],
      registers,
    }),
    streams: new Gauge({
      name: 'tomograph_streams_open',
      help: 'Open server-sent event streams',
      registers,
    }),
  };
}

/** What the worker processes said last about the models in their memory, summed over those that live. */
function workerMetrics(registers: Registry[]) {
  const gauge = (name: string, help: string) => new Gauge({ name: `tomograph_${name}`, help, registers });
  const workers = gauge('workers', 'Worker processes that were seen in the last half minute');
  const bases = gauge('resident_bases', 'Base networks in memory, over all workers');
  const adapters = gauge('resident_adapters', 'Adapters in memory, over all workers');
  const bytes = gauge('resident_adapter_bytes', 'Memory of these adapters');
  const loads = gauge('adapter_loads', 'Adapters that living workers have read from the store');
  const hits = gauge('adapter_hits', 'Adapters that living workers had in memory when asked for');
  const batches = new Gauge({
    name: 'tomograph_base_batches',
    help: 'Batches of all bases by state',
    labelNames: ['state'],
    registers,
  });
  return (sessions: readonly WorkerSessionRecord[]): void => {
    const sum = (of: (residents: WorkerResidents) => number): number =>
      sessions.reduce((total, { residents }) => total + of(residents), 0);
    workers.set(sessions.length);
    bases.set(sum((r) => r.bases.length));
    adapters.set(sum((r) => r.adapters.length));
    bytes.set(sum((r) => r.adapterBytes));
    loads.set(sum((r) => r.adapterLoads));
    hits.set(sum((r) => r.adapterHits));
    for (const state of ['queued', 'running', 'completed'] as const) {
      batches.set(
        { state },
        sum((r) => r.bases.reduce((total, base) => total + base[state], 0)),
      );
    }
  };
}
