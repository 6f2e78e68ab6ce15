// What every job handler works with. Made once per worker process.
import type { Database } from '@tomograph/data';
import type { Config } from '@tomograph/kernel';
import type { Logger } from 'pino';
import type { ComputeThread } from './compute/compute-thread.js';
import type { ModelsRoom } from './registry/models-room.js';

export interface WorkerDependencies {
  readonly config: Config;
  readonly database: Database;
  readonly compute: ComputeThread;
  readonly models: ModelsRoom;
  readonly logger: Logger;
}
