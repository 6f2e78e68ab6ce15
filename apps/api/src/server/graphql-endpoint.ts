// POST /graphql: Apollo Server behind a door that lets in single JSON POSTs only. No GET, no batches, no forms, no
// persisted queries, no landing page, no hints about names in the schema.
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import { AppError } from '@tomograph/kernel';
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { Logger } from 'pino';
import type { RequestContext } from '../context.js';
import { formatGraphQLError } from '../errors/client-error.js';
import { describeError } from '../errors/log-error.js';
import type { ApiLimits } from '../limits/limits.js';
import { sendError } from './http-error.js';
import { type OperationServices, operationPlugin } from './run-operation.js';

export interface GraphQLEndpoint {
  readonly handlers: RequestHandler[];
  close(): Promise<void>;
}

export async function graphqlEndpoint(
  services: OperationServices & {
    readonly limits: ApiLimits;
    readonly logger: Logger;
    readonly contextFor: (req: Request, res: Response) => RequestContext;
  },
): Promise<GraphQLEndpoint> {
  const server = new ApolloServer<RequestContext>({
    schema: services.schema,
    introspection: true, // whoever gets here has shown a key
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false, // the serve process decides when
    parseOptions: { maxTokens: services.limits.maxTokens },
    formatError: formatGraphQLError,
    logger: quietLogger(services.logger),
    plugins: [operationPlugin(services), ApolloServerPluginLandingPageDisabled()],
  });
  await server.start();
  const apollo = expressMiddleware(server, {
    context: async ({ req, res }) => services.contextFor(req, res),
  });
  return { handlers: [...jsonBody(services.limits), apollo as RequestHandler], close: () => server.stop() };
}

/** Reads one JSON object; everything else is answered here. */
export function jsonBody(limits: ApiLimits): RequestHandler[] {
  const onlyJsonPost: RequestHandler = (req, res, next) => {
    if (req.method !== 'POST') {
      res.setHeader('Allow', 'POST');
      sendError(res, invalid('GraphQL is asked by POST with a JSON body'), 405);
    } else if (!/^application\/json\s*(;|$)/i.test(req.get('content-type') ?? '')) {
      sendError(res, invalid('the body must be application/json'), 415);
    } else next();
  };
  const onlyOneObject: RequestHandler = (req, res, next) => {
    if (req.body !== null && typeof req.body === 'object' && !Array.isArray(req.body)) next();
    else sendError(res, invalid('the body must be one JSON object: operations are not batched'), 400);
  };
  return [onlyJsonPost, express.json({ limit: limits.maxBodyBytes, strict: false }), onlyOneObject];
}

function invalid(message: string): AppError {
  return new AppError('INVALID_ARGUMENT', { message });
}

/** Apollo logs texts of errors, which may hold values: only that something happened passes on. */
function quietLogger(logger: Logger) {
  const pass = (level: 'warn' | 'error') => (message?: unknown) =>
    logger[level]({ failure: describeError(message) }, 'apollo server');
  return { debug: () => {}, info: () => {}, warn: pass('warn'), error: pass('error') };
}
