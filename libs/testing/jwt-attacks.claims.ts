import { randomBytes } from 'node:crypto';

import type { Forge } from './jwt-attacks.ts';
import { base64url, type JwtForger, now } from './jwt-forger.ts';

type Forgeries = Readonly<Record<string, Forge>>;

/** Signed with our key, and wrong in this claim alone. */
const claims: Record<string, (by: JwtForger) => Readonly<Record<string, unknown>>> = {
  'is from another issuer': () => ({ iss: 'https://issuer.example' }),
  'is from an issuer that begins like ours': () => ({ iss: 'towpath.example' }),
  'is from our issuer in upper case': () => ({ iss: 'TOWPATH' }),
  'is from our issuer with a slash': () => ({ iss: 'towpath/' }),
  'is from a list of issuers': () => ({ iss: ['towpath'] }),
  'is from no issuer': () => ({ iss: undefined }),
  'is for another audience': () => ({ aud: 'another-api' }),
  'is for part of our audience': () => ({ aud: 'towpath' }),
  'is for an audience that begins like ours': () => ({ aud: 'towpath-api-2' }),
  'is for our audience in upper case': () => ({ aud: 'TOWPATH-API' }),
  'is for several audiences, none of which is ours': () => ({ aud: ['towpath', 'api'] }),
  'is for several audiences in one text': () => ({ aud: 'towpath-api another-api' }),
  'is for an empty list of audiences': () => ({ aud: [] }),
  'is for an object of audiences': () => ({ aud: { 0: 'towpath-api' } }),
  'is for no audience': () => ({ aud: undefined }),
  'expired 31 s ago': (by) => by.issuedIn(-631),
  'expired an hour ago': (by) => by.issuedIn(-4_200),
  'never expires': () => ({ exp: undefined }),
  'expires as a string': () => ({ exp: String(now() + 600) }),
  'expires as null': () => ({ exp: null }),
  'expires as true': () => ({ exp: true }),
  'expires in a list': () => ({ exp: [now() + 600] }),
  'expires in the middle of a second': () => ({ exp: now() + 599.5 }),
  'expired before 1970': () => ({ exp: -1 }),
  'expires in 285 million years': () => ({ exp: Number.MAX_SAFE_INTEGER }),
  'expires beyond all numbers': () => ({ exp: 1e300 }),
  'expires in milliseconds': () => ({ exp: Date.now() + 600_000 }),
  'lives for eleven minutes': () => ({ exp: now() + 660 }),
  'is valid from 31 s ahead': () => ({ nbf: now() + 31 }),
  'is valid from a string': () => ({ nbf: 'now' }),
  'does not say from when it is valid': () => ({ nbf: undefined }),
  'is issued 31 s ahead': () => ({ iat: now() + 31 }),
  'is issued as a string': () => ({ iat: String(now()) }),
  'does not say when it was issued': () => ({ iat: undefined }),
  'has no id': () => ({ jti: undefined }),
  'has an empty id': () => ({ jti: '' }),
  'speaks for nobody': () => ({ sub: undefined }),
  'speaks for a list of users': ({ claims: { sub } }) => ({ sub: [sub] }),
  'speaks for what is no id': () => ({ sub: "' OR 1=1 --" }),
  'belongs to no session': () => ({ sid: undefined }),
  'belongs to what is no session': () => ({ sid: 'all' }),
  'has no roles': () => ({ roles: undefined }),
  'has a text for roles': () => ({ roles: 'admin' }),
  'has roles that are no texts': () => ({ roles: [{ admin: true }] }),
  'is longer than 4 KiB': () => ({ padding: 'x'.repeat(3_200) }),
};

/** Texts in place of the claims, signed with our key. */
const bodies: Record<string, (by: JwtForger) => string> = {
  'are no JSON': () => 'claims',
  'are empty': () => '',
  'are a list': (by) => JSON.stringify([{ ...by.claims, ...by.issuedIn(0) }]),
  'are a text': () => '"claims"',
  'are null': () => 'null',
  'are another token': ({ good }) => good,
  'say roles twice': (by) => twice(by, '"roles":["admin"]'),
  'say exp twice': (by) => twice(by, `"exp":${now() + 600}`),
  'say sub twice': (by) => twice(by, '"sub":"019aa000-0000-7000-8000-000000000001"'),
  'say sub twice, once escaped': (by) => twice(by, String.raw`"s\u0075b":"019aa000-0000-7000-8000-000000000001"`),
  'begin with a byte order mark': (by) => `\ufeff${JSON.stringify({ ...by.claims, ...by.issuedIn(0) })}`,
};

/** Tokens for something else, and other things than tokens. */
const kinds: Forgeries = {
  'is an id token': (by) => by.signed({ aud: 'shop-web', nonce: 'n' }, { typ: 'JWT' }),
  'is an id token for our audience': (by) => by.signed({}, { typ: 'JWT' }),
  'is a refresh token': () => randomBytes(32).toString('base64url'),
  'is a refresh token in the form of a JWT': (by) => by.signed({}, { typ: 'rt+jwt' }),
  'is a logout token': (by) => by.signed({}, { typ: 'logout+jwt' }),
  'has no type': (by) => by.signed({}, { typ: undefined }),
  'has a list of types': (by) => by.signed({}, { typ: ['at+jwt'] }),
  'has a type that begins like ours': (by) => by.signed({}, { typ: 'at+jwt2' }),
  'has the type of another media': (by) => by.signed({}, { typ: 'text/at+jwt' }),
  'says its algorithm twice': (by) => twiceInHeader(by, '"alg":"none"'),
  'says its key id twice': (by) => twiceInHeader(by, '"kid":"another"'),
  'has a header that is no JSON': (by) => by.signedText(JSON.stringify(by.claims), 'header'),
  'has a header that is a list': (by) => by.signedText(JSON.stringify(by.claims), JSON.stringify([by.header])),
  'is encrypted (JWE)': (by) =>
    [JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid: by.key.publicJwk.kid }), '', 'iv', 'text', 'tag']
      .map(base64url)
      .join('.'),
  'is nested (cty: JWT)': (by) => by.signedText(by.good, { cty: 'JWT' }),
  'is detached from its claims': (by) => by.good.replace(/\..*\./, '..'),
  'is JSON (RFC 7515, 7.2)': (by) => {
    const [header, payload, signature] = by.good.split('.');
    return JSON.stringify({ payload, protected: header, signature });
  },
  'is no JWT': () => 'token',
  'is three dots': () => '...',
  'begins with a dot': ({ good }) => `.${good}`,
  'ends with a dot': ({ good }) => `${good}.`,
};

export const attacksOnClaims: Forgeries = {
  ...Object.fromEntries(
    Object.entries(claims).map(([what, change]) => [what, (by: JwtForger) => by.signed(change(by))]),
  ),
  ...Object.fromEntries(
    Object.entries(bodies).map(([what, text]) => [
      `has claims that ${what}`,
      (by: JwtForger) => by.signedText(text(by)),
    ]),
  ),
  ...kinds,
};

/** How a good token is not to be sent. */
export const attacksOnHeaders: Forgeries = {
  'does not come': () => [],
  'comes without a scheme': ({ good }) => [good],
  'is missing behind its scheme': () => ['Bearer'],
  'comes as a password': ({ good }) => [`Basic ${Buffer.from(`token:${good}`).toString('base64')}`],
  'comes with the scheme of another': ({ good }) => [`DPoP ${good}`],
  'comes with a colon behind its scheme': ({ good }) => [`Bearer: ${good}`],
  'comes close behind its scheme': ({ good }) => [`Bearer${good}`],
  'comes behind two spaces': ({ good }) => [`Bearer  ${good}`],
  'comes behind a tab': ({ good }) => [`Bearer\t${good}`],
  'comes in quotes': ({ good }) => [`Bearer "${good}"`],
  'comes as a parameter': ({ good }) => [`Bearer token="${good}"`],
  'comes with more behind it': ({ good }) => [`Bearer ${good} admin`],
  'comes with a semicolon': ({ good }) => [`Bearer ${good};`],
  'comes encoded for a URL': ({ good }) => [`Bearer ${good.replaceAll('.', '%2E')}`],
  'comes with a tab in it': ({ good }) => [`Bearer ${good.replace('.', '\t.')}`],
  'comes twice in a list': ({ good }) => [`Bearer ${good}, Bearer ${good}`],
  'comes first in a list': ({ good }) => [`Bearer ${good}, Basic YTpi`],
  'comes in two headers': ({ good }) => [`Bearer ${good}`, `Bearer ${good}`],
  'comes in the first of two headers': ({ good }) => [`Bearer ${good}`, 'Bearer token'],
  'comes in the second of two headers': ({ good }) => ['Bearer token', `Bearer ${good}`],
};

function twice(by: JwtForger, member: string): string {
  return JSON.stringify({ ...by.claims, ...by.issuedIn(0) }).replace(/^\{/, `{${member},`);
}

function twiceInHeader(by: JwtForger, member: string): string {
  return by.signedText(
    JSON.stringify({ ...by.claims, ...by.issuedIn(0) }),
    JSON.stringify(by.header).replace(/^\{/, `{${member},`),
  );
}
