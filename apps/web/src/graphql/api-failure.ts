// What went wrong between this page and the API, with the API's own code.

export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Everything that can be thrown -> the pair that a page shows. */
export function toApiFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  if (error instanceof TypeError) return new ApiFailure('OFFLINE', 'this page cannot reach its server');
  return new ApiFailure('INTERNAL', error instanceof Error ? error.message : 'unexpected failure');
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Payloads carry expected failures as data; the first one becomes what the page shows. */
export function failFromUserErrors(errors: readonly { code: string; message: string }[]): void {
  const first = errors[0];
  if (first !== undefined) throw new ApiFailure(first.code, first.message);
}
