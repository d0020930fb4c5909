import { createHash, createHmac, generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** E-mail and password of somebody who can log in. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Where another service takes messages, and the key that its own are checked with. */
export interface Peer {
  readonly host: string;
  readonly port: number;
  readonly publicKey: JsonWebKey;
}

/** The secrets of one state folder: made at random when first needed, then kept, for this user's eyes only. */
export class Secrets {
  private readonly folder: string;

  constructor(state: string) {
    this.folder = join(state, 'secrets');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  static existIn(state: string): boolean {
    return existsSync(join(state, 'secrets'));
  }

  databasePassword(role: string): string {
    const seed = this.read<string>('database-seed.json', () => randomBytes(32).toString('hex'));
    return createHmac('sha256', seed).update(role).digest('base64url');
  }

  get signingKeysFile(): string {
    return this.file('signing-keys.json', () => ({ keys: [newKey()] }));
  }

  messageKeyFile(service: string): string {
    return this.file(`message-key-${service}.json`, newKey);
  }

  messagePublicKey(service: string): JsonWebKey {
    const key = JSON.parse(readFileSync(this.messageKeyFile(service), 'utf8')) as JsonWebKey;
    return { ...key, d: undefined };
  }

  /** Written anew each time: ports move. `whose`: of one process, where each has its own way to the others. */
  peersFile(peers: Readonly<Record<string, Peer>>, whose?: string): string {
    const name = ['message-peers', whose].filter((word) => word !== undefined).join('-');
    return this.write(`${name}.json`, JSON.stringify(peers, undefined, 2));
  }

  get firstAdminFile(): string {
    return this.file('first-admin.json', () => newCredentials('admin@towpath.example'));
  }

  get customerFile(): string {
    return this.file('customer.json', () => newCredentials('ada@towpath.example'));
  }

  get providerKeyFile(): string {
    return this.textFile('payment-provider-key', 'sk_test_');
  }

  /** What the payment provider signs its events with. */
  get webhookSecretFile(): string {
    return this.textFile('payment-webhook-secret', 'whsec_');
  }

  private read<T>(name: string, make: () => T): T {
    return JSON.parse(readFileSync(this.file(name, make), 'utf8')) as T;
  }

  private textFile(name: string, prefix: string): string {
    const path = join(this.folder, name);
    return existsSync(path) ? path : this.write(name, `${prefix}${randomBytes(24).toString('hex')}`);
  }

  private file(name: string, make: () => unknown): string {
    const path = join(this.folder, name);
    return existsSync(path) ? path : this.write(name, JSON.stringify(make(), undefined, 2));
  }

  private write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, `${text}\n`, { mode: 0o600 });
    return path;
  }
}

function newCredentials(email: string): Credentials {
  return { email, password: randomBytes(18).toString('base64url') };
}

/** An ES256 key pair, named by its thumbprint (RFC 7638). */
function newKey(): JsonWebKey {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const { crv, kty, x, y } = jwk;
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return { ...jwk, kid, alg: 'ES256', use: 'sig' };
}
