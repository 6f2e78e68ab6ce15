// What every resolver has at hand for one request. It holds no connection and no key, only what this viewer may do.
import type { Logger } from 'pino';
import type { ApiLimits } from './limits/limits.js';
import type { RateState } from './limits/rate-limit.js';
import type { Loaders } from './loaders.js';
import type { RoleName } from './schema/enums.js';
import type { ApiStore } from './store.js';
import type { Vocabulary } from './vocabulary.js';

export interface RequestContext {
  readonly requestId: string;
  readonly viewer: { readonly keyId: string; readonly name: string; readonly role: RoleName };
  readonly store: ApiStore;
  readonly loaders: Loaders;
  readonly vocabulary: Vocabulary;
  readonly limits: ApiLimits;
  readonly logger: Logger;
  /** Aborts when the client went away or the operation's time is over. */
  readonly signal: AbortSignal;
  readonly idempotencyKey: string | undefined;
  readonly rate: () => RateState;
  /** Set once the operation was weighed, before it runs. */
  requestedCost: number;
  /** Grows as fields with a price of their own are resolved. */
  resolvedCost: number;
}
