// Where a webhook may go: the guard against requests that reach into our own network (SSRF). A name is resolved here,
// every address is checked, and the caller connects to the checked address and not to the name again.
import { BlockList, isIP, isIPv4 } from 'node:net';
import { AppError } from '@tomograph/kernel';

export interface TargetPolicy {
  /** http:// as well as https://. */
  readonly allowHttp: boolean;
  /** Host names or addresses, exact, that may be private: the operator's word. */
  readonly allowedPrivateHosts: readonly string[];
}
export const strictTargets: TargetPolicy = { allowHttp: false, allowedPrivateHosts: [] };

/** Addresses of a name, as dns.lookup(name, { all: true }) gives them. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export interface Target {
  readonly url: URL;
  /** The checked address to connect to. */
  readonly address: string;
}

/** @throws AppError INVALID_ARGUMENT for a URL that no webhook may have, before any name is resolved */
export function checkWebhookUrl(text: string, policy: TargetPolicy = strictTargets): URL {
  if (text.length > 2000 || !URL.canParse(text)) throw refused('it is no URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && policy.allowHttp)) {
    throw refused(`it must begin with https://${policy.allowHttp ? ' or http://' : ''}`);
  }
  if (url.username !== '' || url.password !== '') throw refused('it may hold no user name or password');
  const host = hostOf(url);
  if (isIP(host) !== 0 && isPrivateAddress(host) && !policy.allowedPrivateHosts.includes(host)) {
    throw refused('it points into a private network');
  }
  return url;
}

/**
 * The one address to connect to. A name that has any private address is refused: which one a client takes is chance.
 * @throws AppError FORBIDDEN for a private address, NOT_FOUND for a name without address, INVALID_ARGUMENT for the URL
 */
export async function resolveTarget(text: string, policy: TargetPolicy, resolve: Resolve): Promise<Target> {
  const url = checkWebhookUrl(text, policy);
  const host = hostOf(url);
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  const [first] = addresses;
  if (first === undefined || addresses.some((address) => isIP(address) === 0)) {
    throw new AppError('NOT_FOUND', { message: 'the host of the webhook has no address' });
  }
  if (!policy.allowedPrivateHosts.includes(host) && addresses.some(isPrivateAddress)) {
    throw new AppError('FORBIDDEN', {
      message: 'the host of the webhook resolves into a private network: the operator may allow it by name',
    });
  }
  return { url, address: first };
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

const blocked = new BlockList();
// IANA special-purpose registries: everything that is not globally reachable, and what embeds IPv4
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  blocked.addSubnet(net, bits, 'ipv4');
}
const globalIpv6 = new BlockList();
globalIpv6.addSubnet('2000::', 3, 'ipv6');
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  blocked.addSubnet(net, bits, 'ipv6');
}

/** True for loopback, link-local, private, multicast, documentation and translated addresses. */
export function isPrivateAddress(address: string): boolean {
  if (isIPv4(address)) return blocked.check(address, 'ipv4');
  return !globalIpv6.check(address, 'ipv6') || blocked.check(address, 'ipv6');
}

function refused(why: string): AppError {
  return new AppError('INVALID_ARGUMENT', { message: `this URL cannot be a webhook: ${why}` });
}
