// Error codes in words a reader can act on. The API's own message follows them on the page.
const words: Record<string, string> = {
  API_UNREACHABLE: 'The service does not answer',
  OFFLINE: 'No connection',
  UNAUTHENTICATED: 'This server has no valid key for the service',
  FORBIDDEN: 'Not allowed',
  RATE_LIMITED: 'Too many requests, wait a moment',
  OVERLOADED: 'The service is busy, try again shortly',
  NOT_FOUND: 'Not found',
  INVALID_ARGUMENT: 'The request does not make sense to the service',
  CONFLICT: 'It changed in the meantime',
  CANCELLED: 'Cancelled',
  DEADLINE_EXCEEDED: 'It took too long and was stopped',
  LIMIT_EXCEEDED: 'Too large',
  CURSOR_INVALID: 'This page of results no longer exists',
  FORMAT_UNKNOWN: 'Unknown file format',
  FORMAT_CORRUPT: 'The file is damaged',
  FORMAT_UNSUPPORTED: 'A format that is not read here',
  GEOMETRY_UNSUPPORTED: 'The slices do not make one volume',
  NOT_AN_IMAGE: 'No image inside',
  READER_CRASHED: 'The file could not be read safely',
  BLOB_MISSING: 'Its data is missing from the store',
  BLOB_CORRUPT: 'Its data is damaged in the store',
  SPACE_STATE: 'The embedding space is not in that state',
  SPACE_MISMATCH: 'The query belongs to another embedding space',
  UPLOAD_INTERRUPTED: 'The upload was interrupted',
  VIEWER_FAILED: 'The viewer could not show this volume',
};

export function explainFailure(code: string): string {
  return words[code] ?? 'Something went wrong';
}
