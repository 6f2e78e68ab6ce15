export { ComputeThread } from './compute/compute-thread.js';
export type { DemoInput } from './demo/demo.job.js';
export { sourceNames } from './ingest/source-token.js';
export { describeQueryXray } from './search/describe-query-xray.js';
export { type RunningWorker, startWorker, type WorkerOptions } from './start-worker.js';
