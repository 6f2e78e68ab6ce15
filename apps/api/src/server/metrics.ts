// Prometheus metrics of one API server. Labels come from closed lists only (routes, codes, kinds): no ids, no names.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'tomograph_' });
  return {
    registry,
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
