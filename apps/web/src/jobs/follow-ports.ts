// What following a job needs of the browser, replaceable in tests.
import { request } from '../graphql/client';
import { subscribe } from '../graphql/subscribe';

export const pollMs = 2000;

export interface FollowPorts {
  readonly subscribe: typeof subscribe;
  readonly request: typeof request;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const browserPorts: FollowPorts = { subscribe, request, wait };

/** Ends early, and quietly, when `signal` aborts. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
