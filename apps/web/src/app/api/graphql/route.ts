// The browser's GraphQL door: named operations only, the key is added here.
import { passOperation } from '../../../server/pass-on';

export const dynamic = 'force-dynamic';

export function POST(request: Request): Promise<Response> {
  return passOperation(request, '/graphql');
}
