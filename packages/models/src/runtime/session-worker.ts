// The worker of an inference pool: one session, one run at a time. Started by inference-pool.ts only.

import { checkFinite } from '../graph/feeds.js';
import type { Tensors } from '../graph/tensor-data.js';
import { Session, type SessionDescription, type SessionOptions } from './session.js';
import { serveThread } from './thread.js';

let session: Session | undefined;

serveThread({
  load: async ({
    bytes,
    options,
  }: {
    bytes: Uint8Array;
    options: SessionOptions;
  }): Promise<SessionDescription> => {
    session = await Session.load(bytes, options);
    return session.description;
  },
  run: async (feeds: Tensors): Promise<Tensors> => {
    if (session === undefined) throw new TypeError('run before load');
    const outputs = await session.run(feeds);
    checkFinite(outputs);
    return outputs;
  },
});
