import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { TlsFiles } from './broker-settings.ts';

/** An authority of one day, made for one cluster; nobody keeps its key. */
export interface Certificates {
  readonly broker: TlsFiles;
  /** For a client that has to show who it is. */
  readonly client: { readonly caFile: string; readonly certFile: string; readonly keyFile: string };
}

/** Writes the files of an authority, of brokers on this machine, and of one client. */
export function makeCertificates(folder: string, mutual: boolean): Certificates {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const authority = newKey();
  const caFile = file('ca.pem', certificate(authorityName, authority, authority.privateKey, true));
  const signed = (name: string) => {
    const key = newKey();
    const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    return { pem, certificate: certificate(name, key, authority.privateKey, false) };
  };
  const [broker, client] = [signed('localhost'), signed('client')];
  return {
    broker: { keyStoreFile: file('broker.pem', broker.pem + broker.certificate), caFile, mutual },
    client: { caFile, certFile: file('client.pem', client.certificate), keyFile: file('client.key', client.pem) },
  };
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const authorityName = 'Towpath test authority';
const dayMs = 86_400_000;

function newKey(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** X.509 version 3 (RFC 5280), for localhost and 127.0.0.1. Node reads certificates but makes none. */
function certificate(name: string, { publicKey }: KeyPair, issuer: KeyObject, isAuthority: boolean): string {
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    named(authorityName),
    sequence(time(Date.now() - dayMs), time(Date.now() + dayMs)),
    named(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...(isAuthority ? [authorityExtension()] : [hostsExtension()]))),
  );
  const signature = sign('sha256', body, issuer);
  const text = sequence(body, algorithm, bits(signature)).toString('base64').replaceAll(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${text.trim()}\n-----END CERTIFICATE-----\n`;
}

/** Basic constraints, critical: it is an authority. */
function authorityExtension(): Buffer {
  return sequence(
    oid('551d13'),
    tagged(0x01, Buffer.from([0xff])),
    octets(sequence(tagged(0x01, Buffer.from([0xff])))),
  );
}

/** Alternative names: a DNS name and an address. */
function hostsExtension(): Buffer {
  const names = sequence(tagged(0x82, Buffer.from('localhost')), tagged(0x87, Buffer.from([127, 0, 0, 1])));
  return sequence(oid('551d11'), octets(names));
}

function named(name: string): Buffer {
  return sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(name)))));
}

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return tagged(0x18, Buffer.from(digits));
}

function oid(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'));
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function octets(bytes: Buffer): Buffer {
  return tagged(0x04, bytes);
}

function bits(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([0]), bytes]));
}

function explicit(tag: number, content: Buffer): Buffer {
  return tagged(0xa0 + tag, content);
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

/** DER: tag, length, content. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const bytes = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}
