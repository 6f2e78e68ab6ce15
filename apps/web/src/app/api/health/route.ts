// Says that the web server answers; whether the API does is the API's own health to tell.
export const dynamic = 'force-dynamic';

export function GET(): Response {
  return Response.json({ status: 'ok' });
}
