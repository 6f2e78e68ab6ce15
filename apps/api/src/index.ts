export type { ApiDependencies } from './dependencies.js';
export { type ApiLimits, defaultLimits } from './limits/limits.js';
export type { WebhookPorts } from './models/webhooks.js';
export { publicSdl } from './schema/schema.js';
export type { DescribeQueryXray } from './search/query-xrays.js';
export { type RunningApi, startApi } from './server/start-api.js';
