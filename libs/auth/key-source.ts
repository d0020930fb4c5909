/** Where the public keys come from. */
export abstract class KeySource {
  /** A JWK set (RFC 7517). @throws Unavailable when it cannot be had */
  abstract load(): Promise<unknown>;
}
