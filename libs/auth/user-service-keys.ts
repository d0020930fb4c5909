import { Injectable } from '@nestjs/common';
import { Unavailable } from '@towpath/errors';
import { Pool } from 'undici';

import { AuthConfig } from './auth.config.ts';
import { KeySource } from './key-source.ts';

const path = '/.well-known/jwks.json';
const timeoutMs = 2_000;
const maxResponseSize = 64 * 1024;

/** The public keys, asked of the user service. */
@Injectable()
export class UserServiceKeys extends KeySource {
  private readonly pool: Pool;

  constructor(config: AuthConfig) {
    super();
    this.pool = new Pool(new URL(config.userUrl).origin, { connections: 1, maxResponseSize });
  }

  async load(): Promise<unknown> {
    try {
      const { statusCode, body } = await this.pool.request({ method: 'GET', path, signal: AbortSignal.timeout(timeoutMs) });
      if (statusCode === 200) return await body.json();
      await body.dump();
      throw new Error(`The user service answered ${statusCode} to GET ${path}.`);
    } catch (cause) {
      throw new Unavailable('The keys of access tokens cannot be had.', { cause });
    }
  }
}
