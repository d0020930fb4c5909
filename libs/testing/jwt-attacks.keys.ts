import type { Forge } from './jwt-attacks.ts';
import { base64url, type JwtForger } from './jwt-forger.ts';

const elsewhere = 'http://127.0.0.1:1/keys.json';

/** What a header may offer for a key, of which nothing is to be looked at. */
const offers: Record<string, (by: JwtForger) => Record<string, unknown>> = {
  'brings its key along (jwk)': ({ stranger }) => ({ jwk: stranger.publicJwk }),
  'says where its key is (jku)': () => ({ jku: elsewhere }),
  'says where its certificate is (x5u)': () => ({ x5u: elsewhere }),
  'brings its certificate along (x5c)': ({ stranger }) => ({ x5c: [base64url(JSON.stringify(stranger.publicJwk))] }),
};

/** Where a look-up may go astray. Signed with our key, so that a verifier which does not care would accept. */
const kids: Record<string, unknown> = {
  'an unknown key id': 'unknown',
  'a path for a key id': '../../../../../../dev/null',
  'SQL for a key id': "' UNION SELECT 'secret' -- ",
  'a URL for a key id': elsewhere,
  'a command for a key id': '| /usr/bin/true',
  'an empty key id': '',
  'a list of key ids': ['first'],
  'an object for a key id': { kid: 'first' },
  'a number for a key id': 0,
  'null for a key id': null,
  'true for a key id': true,
  'no key id': undefined,
  'a member of every object for a key id (__proto__)': '__proto__',
  'a member of every object for a key id (constructor)': 'constructor',
  'line breaks in its key id': 'first\r\nauthorization: Bearer admin',
  'a NUL in its key id': 'first\u0000',
  'a key id of 2 KiB': 'x'.repeat(2_048),
};

export const attacksOnKeys: Readonly<Record<string, Forge>> = {
  ...Object.fromEntries(
    Object.entries(offers).flatMap(([what, offer]) => [
      [`${what} under our key id`, (by: JwtForger) => by.signed({}, offer(by), by.stranger)],
      [
        `${what} under a key id of its own`,
        (by: JwtForger) => by.signed({}, { ...offer(by), kid: by.stranger.publicJwk['kid'] }, by.stranger),
      ],
      [`${what} without a key id`, (by: JwtForger) => by.signed({}, { ...offer(by), kid: undefined }, by.stranger)],
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(kids).map(([what, kid]) => [`has ${what}`, (by: JwtForger) => by.signed({}, { kid })]),
  ),
  'has our key id in a list': (by) => by.signed({}, { kid: [by.key.publicJwk.kid] }),
  'has our key id with a space': (by) => by.signed({}, { kid: `${by.key.publicJwk.kid} ` }),
  'has a path for a key id, and the secret that is there': (by) => by.hmac('HS256', '', { kid: '/dev/null' }),
  'has SQL for a key id, and the secret that it selects': (by) =>
    by.hmac('HS256', 'secret', { kid: "' UNION SELECT 'secret' -- " }),
  'is signed by another key under our key id': (by) => by.signed({}, {}, by.stranger),
  'is from another issuer with our key id': (by) => by.signed({ iss: 'https://issuer.example' }, {}, by.stranger),
  'is of another environment': (by) => by.signed({}, { kid: by.stranger.publicJwk['kid'] }, by.stranger),
  'has a critical header that nobody knows': (by) => by.signed({}, { crit: ['custom'], custom: 1 }),
  'has a critical header that the library knows': (by) => by.signed({}, { crit: ['b64'], b64: true }),
  'has a critical header that is not there': (by) => by.signed({}, { crit: ['exp'] }),
  'has an empty list of critical headers': (by) => by.signed({}, { crit: [] }),
  'has critical headers that are no list': (by) => by.signed({}, { crit: 'b64', b64: true }),
  'has claims that are not encoded (b64: false)': (by) => unencoded(by, { crit: ['b64'], b64: false }),
  'has claims that are not encoded, and says so without crit': (by) => unencoded(by, { b64: false }),
};

/** RFC 7797. */
function unencoded(by: JwtForger, header: object): string {
  const text = JSON.stringify({ ...by.claims, ...by.issuedIn(0) });
  return by.signedInput(`${base64url(JSON.stringify({ ...by.header, ...header }))}.${text}`);
}
