// The one error type of the house: a closed list of codes, facts as fields, the cause always kept.
// Not for programming mistakes (those stay TypeErrors and are masked at the edge).

/**
 * Closed list. Add a code here, in its room's group, when a caller can act on it differently from every
 * code that exists. A code is part of the public API: it is never renamed.
 */
export const errorCodes = [
  // any room
  'INVALID_ARGUMENT', // an argument is outside its documented domain
  'NOT_FOUND', // no such object, or none that this viewer may see
  'CONFLICT', // the object changed, or exists already with other content
  'CANCELLED', // the caller asked to stop
  'DEADLINE_EXCEEDED', // a time cap was reached
  'LIMIT_EXCEEDED', // a cap on bytes, ratio, pixels, depth or count was reached
  'INTERNAL', // unexpected; the message is masked for clients
  // config, start-up
  'CONFIG_INVALID',
  'HOME_LOCKED', // another process holds TOMOGRAPH_HOME
  'PORT_TAKEN',
  'DATABASE_UNREACHABLE',
  'DATABASE_INCOMPATIBLE', // Postgres < 15, pgvector < 0.8, or a migration that was edited
  // access
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  // imaging
  'FORMAT_UNKNOWN', // no reader knows these bytes
  'FORMAT_CORRUPT', // a known format whose content contradicts itself or is cut short
  'FORMAT_UNSUPPORTED', // legal, but not something this build reads (said in words)
  'GEOMETRY_UNSUPPORTED', // mixed spacing, missing slices, degenerate axes …
  'NOT_AN_IMAGE', // readable, but holds no pixels (SR, RT plan, DICOMDIR)
  'READER_CRASHED', // the reading process died or ran out of memory; the service goes on
  // blobs and registry
  'BLOB_MISSING',
  'BLOB_CORRUPT', // bytes do not match their digest
  'MANIFEST_INVALID',
  'FORMAT_VERSION_UNKNOWN',
  'LICENCE_MISSING',
  'ADAPTER_BASE_MISMATCH',
  'ADAPTER_KEY_MISSING',
  'ADAPTER_KEY_UNEXPECTED',
  'ADAPTER_SHAPE_MISMATCH',
  'ADAPTER_NOT_FINITE',
  'ADAPTER_NO_EFFECT',
  'GOLDEN_MISMATCH', // a model does not reproduce its stored input -> output pair
  'CERTIFICATE_INVALID',
  'PROMOTION_REFUSED',
  // models
  'TENSOR_FILE_INVALID', // safetensors header or data
  'GRAPH_INVALID',
  'FEED_UNKNOWN',
  'FEED_MISSING',
  'FEED_SHAPE',
  'PROVIDER_UNAVAILABLE',
  'NOT_FINITE', // a NaN or infinity, the tensor is named
  'TRAINING_DIVERGED',
  'OVERLOADED', // back-pressure: the queue is full, try again later
  // retrieval
  'SPACE_MISMATCH', // vectors of two embedding spaces were about to be compared
  'SPACE_STATE', // an embedding space is not in the phase that this step needs
  'CURSOR_INVALID',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Facts are shown to clients and logged: never a patient's data, never a server path. */
export type ErrorFacts = Readonly<
  Record<string, string | number | boolean | null | readonly (string | number)[]>
>;

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  /** `message` says what, where, expected, got and what to do, in one or two sentences. */
  constructor(code: ErrorCode, options: { message: string; facts?: ErrorFacts; cause?: unknown }) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.facts = options.facts ?? {};
  }

  toJSON(): { code: ErrorCode; message: string; facts: ErrorFacts } {
    return { code: this.code, message: this.message, facts: this.facts };
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return (errorCodes as readonly unknown[]).includes(value);
}

/** Unknown -> AppError, once, at an edge. Anything that is not an AppError becomes a masked INTERNAL with its cause. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('INTERNAL', {
    message: 'unexpected failure; see the log entry of this request',
    cause: error,
  });
}

/** Rebuilds an AppError that crossed a process border as JSON. */
export function appErrorFromJson(json: { code?: unknown; message?: unknown; facts?: unknown }): AppError {
  return new AppError(isErrorCode(json.code) ? json.code : 'INTERNAL', {
    message: typeof json.message === 'string' ? json.message : 'unexpected failure',
    facts: (json.facts ?? {}) as ErrorFacts,
  });
}
