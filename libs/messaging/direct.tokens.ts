import { decodeJwt, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

import { DirectPeers } from './direct.peers.ts';

const lifeSeconds = 60;
const reusedForMs = 30_000;

interface Signed {
  readonly token: Promise<string>;
  /** By the clock that is never set: a token signed while the other was wrong must not outlive the mistake. */
  readonly until: number;
}

/** Proves to a receiver who sent a message: a token of a minute, signed with the sender's own key, for that receiver only. */
export class DirectTokens {
  readonly #signed = new Map<string, Signed>();
  readonly #verified = new LRUCache<string, string>({ max: 100 });

  constructor(private readonly peers: DirectPeers) {}

  for(receiver: string): Promise<string> {
    const known = this.#signed.get(receiver);
    if (known && known.until > performance.now()) return known.token;
    const token = this.sign(receiver);
    this.#signed.set(receiver, { token, until: performance.now() + reusedForMs });
    return token;
  }

  /** Resolves with the sender's name. @throws when the token is not one of a known peer for this service */
  async senderOf(token: string): Promise<string> {
    const known = this.#verified.get(token);
    if (known) return known;
    const claimed = z.object({ iss: z.string() }).parse(decodeJwt(token)).iss;
    const { payload } = await jwtVerify(token, await this.peers.publicKey(claimed), {
      algorithms: ['ES256'],
      issuer: claimed,
      audience: this.peers.self.name,
      requiredClaims: ['exp'],
      maxTokenAge: `${lifeSeconds}s`,
      clockTolerance: 5,
    });
    const ttl = (payload.exp as number) * 1_000 - Date.now();
    if (ttl > 0) this.#verified.set(token, claimed, { ttl });
    return claimed;
  }

  private async sign(receiver: string): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(this.peers.self.name)
      .setAudience(receiver)
      .setIssuedAt()
      .setExpirationTime(`${lifeSeconds}s`)
      .sign(await this.peers.privateKey());
  }
}
