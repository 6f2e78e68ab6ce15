// Runs one GraphQL operation under its caps: refuse, charge, execute against the clock, count, refund.
// The plugin puts it in place of Apollo's own execution, which has no time-out.
import { type ApolloServerPlugin, type GraphQLRequestContext, HeaderMap } from '@apollo/server';
import { endingWith } from '@tomograph/data';
import { AppError } from '@tomograph/kernel';
import { type ExecutionResult, execute, type GraphQLError, type GraphQLSchema } from 'graphql';
import { type RequestContext, rateKeyOf } from '../context.js';
import { formatGraphQLError, isUnexpected, refusal } from '../errors/client-error.js';
import { logUnexpected } from '../errors/log-error.js';
import { countObjects } from '../limits/cost.js';
import { inspectOperation } from '../limits/inspect-operation.js';
import type { RateLimiter } from '../limits/rate-limit.js';
import type { Metrics } from './metrics.js';

/** Points for looking at an operation that is then refused. */
const inspectionCost = 5;

export interface OperationServices {
  readonly schema: GraphQLSchema;
  readonly rate: RateLimiter;
  readonly metrics: Metrics;
}

export function operationPlugin(services: OperationServices): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation(request) {
          admit(request, services);
        },
        async responseForOperation(request) {
          const { contextValue: context } = request;
          const result = await executeInTime(request, services.schema);
          logErrors(context, result.errors);
          const actual = Math.max(1, context.resolvedCost + countObjects(result.data ?? null));
          services.rate.refund(rateKeyOf(context.viewer), context.requestedCost - actual);
          services.metrics.cost.observe(actual);
          const { limit, remaining, resetAt } = context.rate();
          const cost = {
            requested: context.requestedCost,
            actual,
            limit,
            remaining,
            resetAt: resetAt.toISOString(),
          };
          const errors = result.errors?.map((error) => formatGraphQLError(withReason(error, result), error));
          const singleResult = { ...(errors && { errors }), ...dataOf(result), extensions: { cost } };
          const http = { status: statusOf(result), headers: new HeaderMap() };
          return { http, body: { kind: 'single', singleResult } };
        },
        async didEncounterErrors({ contextValue, errors }) {
          logErrors(contextValue, errors);
        },
        async willSendResponse({ contextValue, response, operation }) {
          if (response.body.kind !== 'single') return;
          const { errors } = response.body.singleResult;
          for (const error of errors ?? []) {
            Object.assign(error.extensions ?? {}, { requestId: contextValue.requestId });
          }
          services.metrics.operations.inc({
            kind: operation?.operation ?? 'none',
            outcome: String(errors?.[0]?.extensions?.code ?? 'OK'),
          });
        },
      };
    },
  };
}

/** @throws GraphQLError with its HTTP status: too much, too often, or not for this endpoint */
function admit(request: GraphQLRequestContext<RequestContext>, services: OperationServices): void {
  const { contextValue: context, document, operation } = request;
  if (!document || !operation) return; // Apollo answers that itself
  try {
    if (operation.operation === 'subscription') {
      throw new AppError('INVALID_ARGUMENT', {
        message: 'subscriptions are served at /graphql/stream as server-sent events',
      });
    }
    const variables = request.request.variables ?? {};
    const key = rateKeyOf(context.viewer);
    services.rate.spend(key, inspectionCost); // kept when refused, or refusals could be had without end
    const inspected = inspectOperation(services.schema, document, operation, variables, context.limits);
    context.requestedCost = inspected.requestedCost;
    services.rate.refund(key, inspectionCost);
    services.rate.spend(key, inspected.requestedCost);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const refused = refusal(error);
    const retryAfter = error.facts.retryAfterSeconds;
    if (retryAfter !== undefined) request.response.http.headers.set('retry-after', String(retryAfter));
    throw refused;
  }
}

/** The answer, or DEADLINE_EXCEEDED when the context's signal fires first. */
async function executeInTime(
  request: GraphQLRequestContext<RequestContext>,
  schema: GraphQLSchema,
): Promise<ExecutionResult> {
  const { signal, limits } = request.contextValue;
  let stop = (): void => {};
  const outOfTime = new Promise<ExecutionResult>((resolve) => {
    stop = () => {
      const error = new AppError('DEADLINE_EXCEEDED', {
        message: `the operation took longer than ${limits.operationTimeoutMs / 1000} s: ask for less at once`,
      });
      resolve({ errors: [refusal(error)] });
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    const run = () =>
      execute({
        schema,
        document: request.document!,
        contextValue: request.contextValue,
        variableValues: request.request.variables,
        operationName: request.request.operationName,
      });
    // a mutation goes on: half of one would be worse than a late one
    const answer = request.operation?.operation === 'query' ? endingWith(signal, run) : run();
    return await Promise.race([answer, outOfTime]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Without `data` nothing was executed: the variables did not fit. */
function withReason(error: GraphQLError, result: ExecutionResult) {
  const json = error.toJSON();
  return result.data === undefined && !error.originalError
    ? { ...json, extensions: { code: 'BAD_USER_INPUT' } }
    : json;
}

function statusOf({ data, errors }: ExecutionResult): number {
  if (data !== undefined) return 200;
  const http = errors?.[0]?.extensions.http as { status?: number } | undefined;
  return http?.status ?? 400;
}

function dataOf(result: ExecutionResult) {
  return result.data === undefined ? {} : { data: result.data };
}

function logErrors(context: RequestContext, errors: readonly GraphQLError[] | undefined): void {
  for (const error of errors ?? []) {
    if (error.originalError && isUnexpected(error)) {
      logUnexpected(context.logger, context.requestId, '/graphql', error.originalError);
    }
  }
}
