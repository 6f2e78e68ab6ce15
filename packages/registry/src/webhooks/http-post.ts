// The network behind deliver(): node's own http and https, connected to the address that was checked.
import { lookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIPv6 } from 'node:net';
import type { Post } from './deliver.js';
import type { Resolve } from './webhook-target.js';

export const dnsResolve: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

export const httpPost: Post = ({ url, address, headers, body, timeoutMs }) =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const family = isIPv6(address) ? 6 : 4;
    const request = send(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        agent: false,
        signal: AbortSignal.timeout(timeoutMs), // over the whole attempt: a slow trickle ends as well
        // the name was resolved and checked before: another answer now must not count
        lookup: (_host, options, callback) => {
          if (options.all) callback(null, [{ address, family }]);
          else callback(null, address, family);
        },
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy(); // the body is nobody's business
      },
    );
    request.on('error', reject);
    request.end(body);
  });
