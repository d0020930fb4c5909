import type { IncomingMessage } from 'node:http';

import fc from 'fast-check';

import { clientAddress } from './client-address.ts';

const request = (remoteAddress: string | undefined, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

describe('client address', () => {
  it.each([
    [0, '1.2.3.4', 'the connection, as nobody else is trusted'],
    [1, '30.0.0.3', 'whom the proxy was asked by'],
    [2, '20.0.0.2', 'whom the outer proxy was asked by'],
    [4, '1.2.3.4', 'the connection, as it did not come through so many'],
  ])('When there are %i proxies of ours, then it is %s: %s', (hops, expected) => {
    expect(clientAddress(request('1.2.3.4', '10.0.0.1, 20.0.0.2,30.0.0.3'), hops)).toBe(expected);
  });

  it.each([
    ['30.0.0.3:4711', '30.0.0.3'],
    ['[2001:db8::1]:443', '2001:db8:0:0::/64'],
    ['[2001:db8::1]', '2001:db8:0:0::/64'],
    ['::ffff:30.0.0.3', '30.0.0.3'],
    ['', '1.2.3.4'],
    ['unknown', '1.2.3.4'],
    ['_hidden', '1.2.3.4'],
    ['999.0.0.1', '1.2.3.4'],
    ['30.0.0.3, ', '1.2.3.4'],
    ['30.0.0.3\u0000', '1.2.3.4'],
    ['for=30.0.0.3', '1.2.3.4'],
    ['x'.repeat(10_000), '1.2.3.4'],
  ])('When the proxy says %j, then it is %s', (told, expected) => {
    expect(clientAddress(request('1.2.3.4', told), 1)).toBe(expected);
  });

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['1::8', '1:0:0:0::/64'],
    ['1:2:3::4:5:6:7', '1:2:3:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:192.0.2.33', '192.0.2.33'],
    ['::FFFF:192.0.2.33', '192.0.2.33'],
    ['192.0.2.33', '192.0.2.33'],
  ])('When the connection is from %s, then it counts as %s', (address, expected) => {
    expect(clientAddress(request(address), 0)).toBe(expected);
  });

  it('When the connection is gone, then that is no reason to fail', () => {
    expect(clientAddress(request(undefined), 0)).toBe('');
  });

  it('When two addresses are of one /64, then they count as one, and others do not', () => {
    const groups = (count: number) =>
      fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: count, maxLength: count });
    const write = (all: number[]) => all.map((group) => group.toString(16)).join(':');
    const counted = (...all: number[][]) => clientAddress(request(write(all.flat())), 0);

    fc.assert(
      fc.property(groups(4), groups(4), groups(4), groups(4), (network, one, other, elsewhere) => {
        expect(counted(network, one)).toBe(counted(network, other));
        if (write(network) !== write(elsewhere)) expect(counted(network, one)).not.toBe(counted(elsewhere, one));
      }),
    );
  });

  it('When anything is told, then it is an address or the connection', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 10 }), (told, hops) => {
        expect(clientAddress(request('1.2.3.4', told), hops)).toMatch(/^[\da-f:.]+(\/64)?$/);
      }),
    );
  });
});
