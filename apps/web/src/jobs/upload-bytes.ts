// Sends bytes: createUpload, then PUT with progress. XMLHttpRequest, because fetch cannot tell how much has left.

import { bytesText } from '../format/quantities';
import { ApiFailure, failFromUserErrors } from '../graphql/api-failure';
import { viaThisServer } from '../graphql/blob-address';
import { request } from '../graphql/client';
import type { UploadKind } from '../graphql/generated/types';

interface Options {
  /** 0 … 1, while the bytes leave. */
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

/** @returns the upload's id. @throws ApiFailure */
export async function uploadBytes(bytes: Blob, kind: UploadKind, options: Options = {}): Promise<string> {
  if (bytes.size === 0) throw new ApiFailure('INVALID_ARGUMENT', 'the file is empty');
  // GraphQL's Int is signed 32 bit; createUpload could not even be asked.
  if (bytes.size > 2 ** 31 - 1) {
    throw new ApiFailure('LIMIT_EXCEEDED', `${bytesText(bytes.size)} in one upload; 2 GiB is the most`);
  }
  const { createUpload } = await request('CreateUpload', { input: { bytes: bytes.size, kind } });
  failFromUserErrors(createUpload.userErrors);
  const { upload, uploadUrl } = createUpload;
  if (upload === null || uploadUrl === null)
    throw new ApiFailure('INTERNAL', 'the API gave no place to upload to');
  if (bytes.size > upload.maxBytes) {
    throw new ApiFailure(
      'LIMIT_EXCEEDED',
      `${bytesText(bytes.size)}; at most ${bytesText(upload.maxBytes)} are taken`,
    );
  }
  await put(viaThisServer(uploadUrl), bytes, options);
  return upload.id;
}

function put(url: string, bytes: Blob, { onProgress, signal }: Options): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('PUT', url);
    sending.setRequestHeader('content-type', 'application/octet-stream');
    sending.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress?.(event.loaded / event.total);
    };
    sending.onload = () => (sending.status < 300 ? resolve() : reject(refusal(sending)));
    sending.onerror = () =>
      reject(new ApiFailure('UPLOAD_INTERRUPTED', 'the connection broke; send it again'));
    sending.onabort = () => reject(new ApiFailure('CANCELLED', 'the upload was cancelled'));
    signal?.addEventListener('abort', () => sending.abort(), { once: true });
    sending.send(bytes);
  });
}

/** The API answers a refused PUT with GraphQL-like errors or with `{ code, message }`. */
function refusal(sending: XMLHttpRequest): ApiFailure {
  try {
    const body = JSON.parse(sending.responseText);
    const error = body.errors?.[0] ?? body.error ?? body;
    const code = error.extensions?.code ?? error.code;
    if (typeof code === 'string') return new ApiFailure(code, String(error.message));
  } catch {
    // not JSON: the status says enough
  }
  return new ApiFailure('UPLOAD_INTERRUPTED', `the server answered ${sending.status}`);
}
