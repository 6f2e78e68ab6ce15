// The bytes of an upload on their way to the API's /v1/uploads/*.
import { apiPath } from '../../../../server/api-path';
import { failure, passUpload } from '../../../../server/pass-on';

export const dynamic = 'force-dynamic';

export async function PUT(request: Request, context: { params: Promise<{ path: string[] }> }) {
  const path = apiPath('/v1/uploads', (await context.params).path, new URL(request.url).search);
  return path === undefined ? failure(404, 'NOT_FOUND', 'no such upload') : passUpload(request, path);
}
