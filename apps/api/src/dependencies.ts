// What the serve process gives to the API. The API imports neither imaging nor models: what needs pixels or networks
// comes in as a function.

import type { Database } from '@tomograph/data';
import type { Clock, Config } from '@tomograph/kernel';
import type { Logger } from 'pino';
import type { ApiLimits } from './limits/limits.js';

export interface ApiDependencies {
  readonly config: Pick<Config, 'home'>;
  /** Stays open for as long as the API runs; the caller closes it afterwards. */
  readonly database: Database;
  readonly logger: Logger;
  /** 0 = any free port. */
  readonly port: number;
  /** Address to listen on; only this machine when left out. */
  readonly host?: string;
  readonly limits?: Partial<ApiLimits>;
  readonly clock?: Clock;
}
