// /graphql/stream: subscriptions as server-sent events, one connection per subscription ("distinct connections mode").
// The single-connection mode of graphql-sse is off: it would keep state between requests.
import { AppError, toAppError } from '@tomograph/kernel';
import type { Request, RequestHandler, Response } from 'express';
import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/express';
import { type RequestContext, rateKeyOf } from '../context.js';
import { formatGraphQLError, isUnexpected } from '../errors/client-error.js';
import { logUnexpected } from '../errors/log-error.js';
import { inspectOperation } from '../limits/inspect-operation.js';
import type { ApiLimits } from '../limits/limits.js';
import { sendError } from './http-error.js';
import type { OperationServices } from './run-operation.js';

export interface StreamOptions extends OperationServices {
  readonly limits: ApiLimits;
  /** The context of this request; its signal ends with the connection. */
  readonly contextFor: (req: Request, res: Response) => RequestContext;
}

export function streamHandler(options: StreamOptions): RequestHandler {
  const openPerKey = new Map<string, number>();
  const handler = createHandler<{ args: ExecutionArgs; context: RequestContext }>({
    authenticate: () => null,
    onSubscribe: (req) => (req.raw as StreamRequest).operation as never,
    onNext: (_ctx, req, result) => formatted(result as ExecutionResult, (req.raw as StreamRequest).context),
  });
  return async (req, res) => {
    const context = options.contextFor(req, res);
    const keyId = rateKeyOf(context.viewer);
    const open = openPerKey.get(keyId) ?? 0;
    try {
      if (open >= options.limits.maxStreamsPerKey) throw tooMany(options.limits.maxStreamsPerKey);
      const operation = { ...readSubscription(req.body, context, options), contextValue: context };
      Object.assign(req, { operation, context } satisfies Partial<StreamRequest>);
    } catch (error) {
      const known = toAppError(error);
      if (known.code === 'INTERNAL')
        logUnexpected(context.logger, context.requestId, '/graphql/stream', error);
      sendError(res, known);
      return;
    }
    openPerKey.set(keyId, open + 1);
    options.metrics.streams.inc();
    res.once('close', () => {
      const left = (openPerKey.get(keyId) ?? 1) - 1;
      if (left > 0) openPerKey.set(keyId, left);
      else openPerKey.delete(keyId);
      options.metrics.streams.dec();
    });
    await handler(req, res);
  };
}

type StreamRequest = Request & { operation: ExecutionArgs; context: RequestContext };

/** The same gates as /graphql: tokens, validation, caps, rate. @throws AppError */
function readSubscription(body: unknown, context: RequestContext, options: StreamOptions): ExecutionArgs {
  const { query, operationName, variables } = (body ?? {}) as Record<string, unknown>;
  if (typeof query !== 'string') throw invalid('the body must be JSON with a query');
  const variableValues = (variables ?? {}) as Record<string, unknown>;
  if (typeof variableValues !== 'object') throw invalid('variables must be an object');
  const document = parsed(query, options.limits.maxTokens);
  const [problem] = validate(options.schema, document, specifiedRules, {
    maxErrors: 1,
    hideSuggestions: true,
  });
  if (problem) throw invalid(problem.message);
  const operation = getOperationAST(document, typeof operationName === 'string' ? operationName : null);
  if (operation?.operation !== 'subscription') throw invalid('only subscriptions are served here');
  const weight = inspectOperation(options.schema, document, operation, variableValues, options.limits);
  context.requestedCost = weight.requestedCost;
  options.rate.spend(rateKeyOf(context.viewer), weight.requestedCost);
  return { schema: options.schema, document, variableValues, operationName: operation.name?.value };
}

function parsed(query: string, maxTokens: number) {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    throw invalid(error instanceof GraphQLError ? error.message : 'the query cannot be read');
  }
}

function formatted(result: ExecutionResult, context: RequestContext): ExecutionResult | undefined {
  if (!result.errors) return undefined;
  for (const error of result.errors) {
    if (error.originalError && isUnexpected(error)) {
      logUnexpected(context.logger, context.requestId, '/graphql/stream', error.originalError);
    }
  }
  return {
    ...result,
    errors: result.errors.map(
      (error) => new GraphQLError(...asArguments(formatGraphQLError(error.toJSON(), error))),
    ),
  };
}

function asArguments(
  error: ReturnType<typeof formatGraphQLError>,
): [string, { extensions: Record<string, unknown> }] {
  return [error.message, { extensions: { ...error.extensions } }];
}

function invalid(message: string): AppError {
  return new AppError('INVALID_ARGUMENT', { message });
}

function tooMany(allowed: number): AppError {
  return new AppError('RATE_LIMITED', {
    message: `this API key has ${allowed} streams open, that is all it may: close one first`,
    facts: { allowed },
  });
}
