import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * Who asks, for counting: the address of the connection, or, behind `hops` proxies of ours, the one that the outermost of them was
 * asked by. What stands further left in `X-Forwarded-For` was written by the client. An IPv6 address stands for its /64, which is
 * what one customer of a provider has.
 */
export function clientAddress({ socket, headers }: IncomingMessage, hops: number): string {
  const connected = socket.remoteAddress ?? '';
  if (hops === 0) return networkOf(connected);
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
  const told = withoutPort(forwarded.at(-hops)?.trim() ?? '');
  return networkOf(isIP(told) ? told : connected);
}

/** Some proxies add the port. */
function withoutPort(address: string): string {
  const [, v6, v4] = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(address) ?? [];
  return v6 ?? v4 ?? address;
}

/** What is counted as one: an IPv4 address, the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  return mapped ?? `${firstHalf(address)}::/64`;
}

/** The first four groups of an IPv6 address, written one way. */
function firstHalf(address: string): string {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const [first, last] = [head, tail ?? ''].map((part) => part.split(':').filter(Boolean));
  const left = first ?? [];
  // The last group may be an IPv4 address, which is as long as two.
  const right = (last ?? []).flatMap((group) => (group.includes('.') ? ['', ''] : [group]));
  const all =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':');
}
