// Expected failures as data: every mutation's payload carries them instead of throwing.
import { AppError, type ErrorCode } from '@tomograph/kernel';
import { builder } from './builder.js';
import { ErrorCodeEnum } from './enums.js';
import type { UserErrorShape } from './shapes.js';

export const UserErrorRef = builder.objectRef<UserErrorShape>('UserError').implement({
  fields: (t) => ({
    code: t.field({ type: ErrorCodeEnum, resolve: (error) => error.code }),
    message: t.exposeString('message'),
    field: t.stringList({
      nullable: true,
      description: 'Path of the input field at fault.',
      resolve: (error) => (error.field ? [...error.field] : null),
    }),
  }),
});

export interface Settled<T> {
  readonly value: T | null;
  readonly userErrors: readonly UserErrorShape[];
  readonly clientMutationId: string | null;
}

/** Failures of the service, not of the request: these are thrown even by mutations. */
const thrownCodes = new Set<ErrorCode>([
  'INTERNAL',
  'UNAUTHENTICATED',
  'DATABASE_UNREACHABLE',
  'DEADLINE_EXCEEDED',
]);

/** Runs a mutation; an expected failure becomes a userError. Roles are checked, and refusals audited, by packages/data. */
export async function settle<T>(
  clientMutationId: string | null | undefined,
  work: () => Promise<T>,
): Promise<Settled<T>> {
  try {
    return { value: await work(), userErrors: [], clientMutationId: clientMutationId ?? null };
  } catch (error) {
    if (!(error instanceof AppError) || thrownCodes.has(error.code)) throw error;
    const argument = error.facts.argument;
    const field = typeof argument === 'string' ? ['input', argument] : null;
    const userError = { code: error.code, message: error.message, field };
    return { value: null, userErrors: [userError], clientMutationId: clientMutationId ?? null };
  }
}
