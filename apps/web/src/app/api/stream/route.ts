// The browser's subscription door: one operation per request, answered as server-sent events.
import { passOperation } from '../../../server/pass-on';

export const dynamic = 'force-dynamic';

export function POST(request: Request): Promise<Response> {
  return passOperation(request, '/graphql/stream');
}
