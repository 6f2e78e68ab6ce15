// Delivers webhooks every few seconds, for as long as the server runs. What is due, and how often, is the service's matter.
import type { WebhookService } from '@tomograph/registry';
import type { Logger } from 'pino';
import { logUnexpected } from '../errors/log-error.js';

const everyMs = 5_000;

export function startDelivering(service: WebhookService, logger: Logger, intervalMs = everyMs) {
  let isEnding = false;
  let wake = (): void => {};
  const running = (async () => {
    while (!isEnding) {
      const attempts = await service.run().catch((error: unknown) => {
        logUnexpected(logger, 'deliver-webhooks', 'deliver-webhooks', error); // the next round tries again
        return 0;
      });
      if (attempts === 0 && !isEnding) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, intervalMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  })();
  return {
    async stop(): Promise<void> {
      isEnding = true;
      wake();
      await running;
    },
  };
}
