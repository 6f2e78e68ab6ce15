// The API names blobs and uploads by its own addresses; the browser asks for them through this server.

/** `/v1/blobs/…`, relative or absolute -> `/api/blobs/…`. Anything else is not followed. */
export function viaThisServer(address: string): string {
  const { pathname, search } = new URL(address, 'http://api.invalid');
  const match = /^\/v1\/(blobs|uploads)\/(.+)$/.exec(pathname);
  if (match === null) throw new Error(`not an address that this server passes on: ${pathname}`);
  return `/api/${match[1]}/${match[2]}${search}`;
}
