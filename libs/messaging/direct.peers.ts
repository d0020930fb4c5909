import { readFileSync } from 'node:fs';

import { ServiceIdentity, SettingsError } from '@towpath/config';
import { type CryptoKey, importJWK } from 'jose';
import { z } from 'zod';

import { DirectConfig } from './direct.config.ts';

const jwk = z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256') });
const peersFile = z.record(
  z.string(),
  z.object({ host: z.string().min(1), port: z.int().min(1).max(65_535), publicKey: jwk }),
);

export interface Peer {
  readonly host: string;
  readonly port: number;
  readonly publicKey: z.infer<typeof jwk>;
}

/** The other services, where they take messages, and the keys that all sign with. Known from configuration alone. */
export class DirectPeers {
  readonly #peers: ReadonlyMap<string, Peer>;
  readonly #privateKey: Promise<CryptoKey>;

  /** @throws SettingsError when a file does not hold what it should */
  constructor(
    config: DirectConfig,
    readonly self: ServiceIdentity,
  ) {
    this.#peers = new Map(Object.entries(read('DIRECT_PEERS_FILE', config.directPeersFile, peersFile)));
    this.#privateKey = importKey(read('DIRECT_KEY_FILE', config.directKeyFile, jwk.extend({ d: z.string() })));
    this.#privateKey.catch(() => undefined);
  }

  /** @throws SettingsError when the service is not among the peers */
  peer(service: string): Peer {
    const peer = this.#peers.get(service);
    if (!peer)
      throw new SettingsError([
        `DIRECT_PEERS_FILE does not name ${service}, to whom ${this.self.name} sends messages.`,
      ]);
    return peer;
  }

  privateKey(): Promise<CryptoKey> {
    return this.#privateKey;
  }

  async publicKey(service: string): Promise<CryptoKey> {
    return importKey(this.peer(service).publicKey);
  }
}

async function importKey(key: z.infer<typeof jwk>): Promise<CryptoKey> {
  return (await importJWK(key, 'ES256')) as CryptoKey;
}

function read<S extends z.ZodType>(name: string, path: string, schema: S): z.infer<S> {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw Object.assign(new SettingsError([`${name} "${path}" does not hold what it should: see DirectConfig.`]), {
      cause,
    });
  }
}
