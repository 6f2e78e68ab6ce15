// What a client learns about a failure: a code of the closed list, a message, facts. Unexpected failures are masked;
// their log entry is found by the request's id. Every edge (GraphQL, SSE, uploads, blobs) formats through here.
import { AppError, type ErrorCode } from '@tomograph/kernel';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Codes of Apollo and graphql-js -> ours; theirs stays readable as `extensions.reason`. */
const requestReasons = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

const maskedMessage = 'unexpected failure; the log entry of this request says more';

/** The AppError inside, however deeply GraphQL wrapped it; undefined = unexpected, or a fault of the document. */
export function appErrorInside(error: unknown): AppError | undefined {
  for (let inner: unknown = error; inner instanceof Error; ) {
    if (inner instanceof AppError) return inner;
    inner = inner instanceof GraphQLError ? inner.originalError : undefined;
  }
  return undefined;
}

export function formatGraphQLError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { locations, path } = formatted;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  const known = appErrorInside(error);
  if (known && known.code !== 'INTERNAL') {
    return { message: known.message, ...place, extensions: { code: known.code, facts: known.facts } };
  }
  const reason = formatted.extensions?.code;
  if (!known && typeof reason === 'string' && requestReasons.has(reason)) {
    const code: ErrorCode = isTokenCap(formatted.message) ? 'LIMIT_EXCEEDED' : 'INVALID_ARGUMENT';
    return { message: formatted.message, ...place, extensions: { code, reason } };
  }
  return { message: maskedMessage, ...place, extensions: { code: 'INTERNAL' satisfies ErrorCode } };
}

export function isUnexpected(error: unknown): boolean {
  const formatted = formatGraphQLError(
    error instanceof GraphQLError ? error.toJSON() : { message: '' },
    error,
  );
  return formatted.extensions?.code === 'INTERNAL';
}

/** graphql-js reports its token cap as a syntax error of this wording. */
function isTokenCap(message: string): boolean {
  return (
    message.startsWith('Syntax Error: Document contains more that') ||
    message.includes('tokens. Parsing aborted')
  );
}

const statuses: Partial<Record<ErrorCode, number>> = {
  INVALID_ARGUMENT: 400,
  CURSOR_INVALID: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BLOB_MISSING: 404,
  CONFLICT: 409,
  LIMIT_EXCEEDED: 413,
  RATE_LIMITED: 429,
  CANCELLED: 499,
  OVERLOADED: 503,
  DATABASE_UNREACHABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

export function httpStatusOf(code: ErrorCode): number {
  return statuses[code] ?? 500;
}

/** An AppError that refuses a whole GraphQL request, with its HTTP status. */
export function refusal(error: AppError): GraphQLError {
  const status = error.code === 'LIMIT_EXCEEDED' ? 400 : httpStatusOf(error.code);
  return new GraphQLError(error.message, { originalError: error, extensions: { http: { status } } });
}
