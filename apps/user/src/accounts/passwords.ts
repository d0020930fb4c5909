import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';

import { Injectable } from '@nestjs/common';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { Turnstile } from '@towpath/health';

import { BreachedPassword } from './account.errors.ts';
import { BreachedPasswords } from './breached-passwords.ts';

/** Argon2id, which is the library's default. Raise them, and hashes are made anew as people log in. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const maxWaiting = 20;

/** Hashes and compares passwords; each takes 19 MiB and some 10 ms of a core. @throws Unavailable when too many wait */
@Injectable()
export class Passwords {
  private readonly turnstile = new Turnstile(availableParallelism(), maxWaiting);
  private readonly hashOfNobody = hash(randomUUID(), cost);

  constructor(private readonly breached: BreachedPasswords) {}

  /** The hash of a password that somebody wants to have. @throws BreachedPassword with a pointer to where it was sent */
  async choose(password: string, pointer: string): Promise<string> {
    if (await this.breached.has(password)) throw new BreachedPassword(pointer);
    return this.hash(password);
  }

  hash(password: string): Promise<string> {
    return this.turnstile.pass(() => hash(password, cost));
  }

  /** Without a hash it is false, and takes as long as with one. */
  matches(password: string, passwordHash: string | undefined): Promise<boolean> {
    return this.turnstile.pass(async () => verify(passwordHash ?? (await this.hashOfNobody), password));
  }

  isOutdated(passwordHash: string): boolean {
    const used = parseOptions(passwordHash);
    return used.memoryCost < cost.memoryCost || used.timeCost < cost.timeCost;
  }
}
