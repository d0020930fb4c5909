import type { Forge } from './jwt-attacks.ts';
import { base64url, now } from './jwt-forger.ts';

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Tokens that look wrong and are not. */
export const unusualJwts: Readonly<Record<string, Forge>> = {
  'is as it was issued': ({ good }) => good,
  'comes with its scheme in lower case': ({ good }) => [`bearer ${good}`],
  'comes with its scheme in upper case': ({ good }) => [`BEARER ${good}`],
  'expired 29 s ago': (by) => by.signed(by.issuedIn(-629)),
  'is valid from 29 s ahead': (by) => by.signed({ nbf: now() + 29 }),
  'is valid since 31 s': (by) => by.signed({ nbf: now() - 31 }),
  'is issued 29 s ahead': (by) => by.signed({ iat: now() + 29 }),
  'is for several audiences, one of which is ours': (by) => by.signed({ aud: ['another-api', by.claims['aud']] }),
  'has its type in full': (by) => by.signed({}, { typ: 'application/at+jwt' }),
  'has its type in upper case': (by) => by.signed({}, { typ: 'AT+JWT' }),
  'has a claim that nobody asks for': (by) => by.signed({ scope: 'admin' }),
  'is just under 4 KiB': (by) => by.signed({ padding: 'x'.repeat(2_500) }),
  'brings another key along, but holds by ours': (by) =>
    by.signed({}, { jwk: by.stranger.publicJwk, jku: 'http://127.0.0.1:1/keys.json', x5u: 'http://127.0.0.1:1/x5u' }),
  // ECDSA has two signatures for each; who has one knows the other. Nothing here tells tokens apart by their text.
  'has the other of its two signatures': ({ good, signature }) => {
    const [r, s] = [
      Buffer.from(signature, 'base64url').subarray(0, 32),
      Buffer.from(signature, 'base64url').subarray(32),
    ];
    const other = (order - BigInt(`0x${s.toString('hex')}`)).toString(16).padStart(64, '0');
    return good.slice(0, good.lastIndexOf('.') + 1) + base64url(Buffer.concat([r, Buffer.from(other, 'hex')]));
  },
};
