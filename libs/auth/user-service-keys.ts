import { Injectable } from '@nestjs/common';
import { Unavailable } from '@towpath/errors';
import { type TracedPool, tracedPool } from '@towpath/tracing';

import { AuthConfig } from './auth.config.ts';
import { KeySource } from './key-source.ts';

const path = '/.well-known/jwks.json';
const timeoutMs = 2_000;
const maxResponseBytes = 64 * 1024;

/** The public keys, asked of the user service. */
@Injectable()
export class UserServiceKeys extends KeySource {
  private readonly userService: TracedPool;

  constructor(config: AuthConfig) {
    super();
    this.userService = tracedPool(new URL(config.userUrl).origin, { connections: 1, maxResponseBytes });
  }

  override async load(): Promise<unknown> {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const { statusCode, body } = await this.userService.request({ method: 'GET', path, route: path, signal });
      if (statusCode === 200) return await body.json();
      await body.dump();
      throw new Error(`The user service answered ${statusCode} to GET ${path}.`);
    } catch (cause) {
      throw new Unavailable('The keys of access tokens cannot be had.', { cause });
    }
  }
}
