import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

import type { Forge } from './jwt-attacks.ts';
import { base64url, generateSigner, type JwtForger } from './jwt-forger.ts';

type Forgeries = Readonly<Record<string, Forge>>;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
const ed25519 = generateKeyPairSync('ed25519').privateKey;

/** `none` with every mix of upper and lower case. */
const nones = Array.from({ length: 16 }, (_, mix) =>
  [...'none'].map((letter, bit) => (mix & (1 << bit) ? letter.toUpperCase() : letter)).join(''),
);

/** All that a verifier which takes our public key for a secret may take. */
const publicSecrets: Record<string, (forger: JwtForger) => string | Buffer> = {
  'PEM text': (by) => publicKey(by).export({ format: 'pem', type: 'spki' }),
  'PEM text without its last line break': (by) =>
    publicKey(by).export({ format: 'pem', type: 'spki' }).toString().trim(),
  'PEM text with CRLF': (by) =>
    publicKey(by).export({ format: 'pem', type: 'spki' }).toString().replaceAll('\n', '\r\n'),
  DER: (by) => publicKey(by).export({ format: 'der', type: 'spki' }),
  'JWK text': (by) => JSON.stringify(by.key.publicJwk),
  'JWK set text': (by) => JSON.stringify({ keys: [by.key.publicJwk] }),
  'raw point': (by) => publicKey(by).export({ format: 'der', type: 'spki' }).subarray(-65),
  'x coordinate': (by) => Buffer.from(by.key.publicJwk.x, 'base64url'),
  'key id': (by) => by.key.publicJwk.kid,
};

export const attacksOnAlgorithms: Forgeries = {
  ...Object.fromEntries(
    nones.flatMap((alg) => [
      [`has algorithm ${alg} and no signature`, (by: JwtForger) => `${by.unsigned({ alg })}.`],
      [
        `has algorithm ${alg} and the signature of another`,
        (by: JwtForger) => `${by.unsigned({ alg })}.${by.signature}`,
      ],
    ]),
  ),
  'has algorithm none and not even the dot': (by) => by.unsigned({ alg: 'none' }),
  ...Object.fromEntries(
    ['HS256', 'HS384', 'HS512'].flatMap((alg) =>
      Object.entries(publicSecrets).map(([what, secret]) => [
        `is signed by ${alg} with our public key as its secret: ${what}`,
        (by: JwtForger) => by.hmac(alg, secret(by)),
      ]),
    ),
  ),
  'is signed by HS256 with the empty secret': (by) => by.hmac('HS256', ''),
  'is signed by HS256 with a secret that it brings along': (by) =>
    by.hmac('HS256', 'secret', { jwk: { kty: 'oct', k: base64url('secret') } }),
  ...Object.fromEntries(
    (['256', '384', '512'] as const).flatMap((size) => [
      [
        `is signed by RS${size}`,
        (by: JwtForger) => by.signed({}, { alg: `RS${size}` }, { key: rsa, hash: `sha${size}` }),
      ],
      [
        `is signed by PS${size}`,
        (by: JwtForger) => by.signed({}, { alg: `PS${size}` }, { key: rsa, hash: `sha${size}`, ...pss }),
      ],
    ]),
  ),
  'is signed by ES384': (by) => by.signed({}, { alg: 'ES384' }, { key: generateSigner('P-384').key, hash: 'sha384' }),
  'is signed by ES512': (by) => by.signed({}, { alg: 'ES512' }, { key: generateSigner('P-521').key, hash: 'sha512' }),
  'is signed by ES256K': (by) => by.signed({}, { alg: 'ES256K' }, { key: generateSigner('secp256k1').key }),
  'is signed by EdDSA': (by) => by.signed({}, { alg: 'EdDSA' }, { key: ed25519, hash: null }),
  'says ES384 and is signed with our key': (by) => by.signed({}, { alg: 'ES384' }, { hash: 'sha384' }),
  'says ES256 and is signed over another hash': (by) => by.signed({}, {}, { hash: 'sha512' }),
  ...Object.fromEntries(
    Object.entries<KeyObject>({
      'on curve P-384': generateSigner('P-384').key,
      'on curve P-521': generateSigner('P-521').key,
      'on curve secp256k1': generateSigner('secp256k1').key,
      'with an RSA key': rsa,
    }).map(([how, key]) => [`says ES256 and is signed ${how}`, (by: JwtForger) => by.signed({}, {}, { key })]),
  ),
  'says ES256 and is signed by Ed25519': (by) => by.signed({}, {}, { key: ed25519, hash: null }),
  'names no algorithm': (by) => by.signed({}, { alg: undefined }),
  'names a list of algorithms': (by) => by.signed({}, { alg: ['ES256'] }),
  'names null for an algorithm': (by) => by.signed({}, { alg: null }),
  'names the algorithm in lower case': (by) => by.signed({}, { alg: 'es256' }),
  'names the algorithm with a space': (by) => by.signed({}, { alg: 'ES256 ' }),
};

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const bytesOf = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const signatureOf = (r: bigint, s: bigint) => base64url(Buffer.concat([bytesOf(r), bytesOf(s)]));
const head = ({ good }: JwtForger) => good.slice(0, good.lastIndexOf('.'));
const withSignature =
  (change: (signature: string, by: JwtForger) => string): Forge =>
  (by) =>
    `${head(by)}.${change(by.signature, by)}`;

export const attacksOnSignatures: Forgeries = {
  'has an empty signature': withSignature(() => ''),
  'lost its signature and the dot': head,
  'has its signature twice, behind another dot': (by) => `${by.good}.${by.signature}`,
  'has its signature twice, in one': withSignature((signature) =>
    base64url(Buffer.concat([Buffer.from(signature, 'base64url'), Buffer.from(signature, 'base64url')])),
  ),
  'has half a signature': withSignature((signature) => signature.slice(0, 43)),
  'has a signature that lost a byte': withSignature((signature) =>
    base64url(Buffer.from(signature, 'base64url').subarray(0, -1)),
  ),
  'has a signature of zeros': withSignature(() => signatureOf(0n, 0n)),
  'has a signature of ones': withSignature(() => signatureOf(1n, 1n)),
  'has a signature of the order of the curve': withSignature(() => signatureOf(order, order)),
  'has a signature with r one too large': withSignature((signature) =>
    base64url(Buffer.concat([bytesOf(1n), Buffer.from(signature, 'base64url').subarray(32)])),
  ),
  'has the signature of another token': withSignature((_, by) => by.signed().split('.')[2] ?? ''),
  'has a DER signature': (by) =>
    `${head(by)}.${sign('sha256', Buffer.from(head(by)), by.key.privateKey).toString('base64url')}`,
  'has a padded signature': withSignature((signature) => `${signature}==`),
  'has a signature in the other base64 alphabet': (by) => {
    let token = by.signed();
    while (!/[-_][^.]*$/.test(token)) token = by.signed();
    const dot = token.lastIndexOf('.');
    return token.slice(0, dot) + token.slice(dot).replaceAll('-', '+').replaceAll('_', '/');
  },
  'has bits in its signature that count for nothing': withSignature(
    (signature) => signature.slice(0, -1) + ({ A: 'B', Q: 'R', g: 'h', w: 'x' }[signature.at(-1) ?? ''] ?? ''),
  ),
  'has a space in its signature': withSignature((signature) => `${signature.slice(0, 40)} ${signature.slice(40)}`),
  'had its role changed': (by) => changed(by, { roles: ['admin'] }),
  'had its user changed': (by) => changed(by, { sub: '019aa000-0000-7000-8000-000000000001' }),
  'had its session changed': (by) => changed(by, { sid: '019aa000-0000-7000-8000-000000000001' }),
  'had its life made longer': (by) => changed(by, { exp: Number(by.claims['exp']) + 60 }),
  'had its header changed': (by) =>
    [base64url(JSON.stringify({ ...by.header, more: 1 })), ...by.good.split('.').slice(1)].join('.'),
  'has its header and claims swapped': (by) => {
    const [header, claims, signature] = by.good.split('.');
    return `${claims}.${header}.${signature}`;
  },
};

function changed(by: JwtForger, claims: object): string {
  const [header, , signature] = by.good.split('.');
  return `${header}.${base64url(JSON.stringify({ ...by.claims, ...claims }))}.${signature}`;
}

function publicKey({ key }: JwtForger): KeyObject {
  return createPublicKey(key.privateKey);
}
