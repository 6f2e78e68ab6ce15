// What every payload has besides its object: userErrors and the caller's own clientMutationId.
import { builder } from '../builder.js';
import { JobRef } from '../job.js';
import type { JobRecord } from '../shapes.js';
import { type Settled, UserErrorRef } from '../user-error.js';

export const PayloadRef = builder.interfaceRef<Settled<unknown>>('Payload').implement({
  description: 'The answer of a mutation: its object is null when userErrors is not empty.',
  fields: (t) => ({
    userErrors: t.field({ type: [UserErrorRef], resolve: (payload) => [...payload.userErrors] }),
    clientMutationId: t.string({ nullable: true, resolve: (payload) => payload.clientMutationId }),
  }),
});

/** Declares a payload whose object is a job. */
export function jobPayload(name: string) {
  return builder.objectRef<Settled<JobRecord>>(name).implement({
    interfaces: [PayloadRef],
    fields: (t) => ({ job: t.field({ type: JobRef, nullable: true, resolve: ({ value }) => value }) }),
  });
}
