// What the serve process gives to the API. The API imports neither imaging nor models: what needs pixels or networks
// comes in as a function.
import type { Database } from '@tomograph/data';
import type { Clock, Config } from '@tomograph/kernel';
import type { QueryVector } from '@tomograph/retrieval';
import type { Logger } from 'pino';
import type { ApiLimits } from './limits/limits.js';
import type { MeaningPort } from './meaning/meaning-port.js';
import type { WebhookPorts } from './models/webhooks.js';
import type { DescribeQueryXray } from './search/query-xrays.js';

export interface ApiDependencies {
  readonly config: Pick<Config, 'home'>;
  /** Stays open for as long as the API runs; the caller closes it afterwards. */
  readonly database: Database;
  readonly logger: Logger;
  /** 0 = any free port. */
  readonly port: number;
  /** Address to listen on; this machine alone when left out. */
  readonly host?: string;
  /** Reads an uploaded X-ray and describes it in the active image space, apart from this process; it may die. */
  readonly describeQueryXray?: DescribeQueryXray;
  /** Text to vectors of the active space for meaning, when there is one. */
  readonly encodeQuery?: (text: string) => Promise<readonly QueryVector[]>;
  /** Findings, drafts and regions of stored cases by the learned space, when there is one. */
  readonly meaning?: MeaningPort;
  /** How webhooks leave this machine, for tests and for hosts that the operator allows. */
  readonly webhookPorts?: WebhookPorts;
  /** Deliver webhooks from this process; of several that do, each event still goes out once. */
  readonly deliversWebhooks?: boolean;
  readonly limits?: Partial<ApiLimits>;
  readonly clock?: Clock;
}
