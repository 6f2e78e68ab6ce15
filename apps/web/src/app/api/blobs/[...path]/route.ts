// Thumbnails, X-rays and volumes: the API's /v1/blobs/* for the browser.
import { apiPath } from '../../../../server/api-path';
import { failure, passBlob } from '../../../../server/pass-on';

export const dynamic = 'force-dynamic';

export async function GET(request: Request, context: { params: Promise<{ path: string[] }> }) {
  const path = apiPath('/v1/blobs', (await context.params).path, new URL(request.url).search);
  return path === undefined ? failure(404, 'NOT_FOUND', 'no such blob') : passBlob(request, path);
}
