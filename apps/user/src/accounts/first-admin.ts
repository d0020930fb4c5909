import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { register } from '@towpath/api';
import { SettingsError } from '@towpath/config';
import { isTransient } from '@towpath/errors';
import { fullJitter } from '@towpath/health';

import { UserConfig } from '../user.config.ts';
import { AccountRepository } from './account.repository.ts';
import { AddAdmin } from './add-admin.use-case.ts';

/** A database that starts beside us, or others who make the same admin, are busy for moments. */
const patienceMs = 30_000;
const backoff = { firstMs: 50, mostMs: 1_000 };

const credentials = register.body.pick({ email: true, password: true });

/** Makes the first admin at start, from a file, unless there is an admin. Processes that start together make one. */
@Injectable()
export class FirstAdmin implements OnApplicationBootstrap {
  private readonly logger = new Logger(FirstAdmin.name);

  constructor(
    private readonly config: UserConfig,
    private readonly accounts: AccountRepository,
    private readonly addAdmin: AddAdmin,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { firstAdminFile } = this.config;
    if (!firstAdminFile) return;
    const giveUpAt = performance.now() + patienceMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.make(firstAdminFile);
      } catch (error) {
        if (!isTransient(error) || performance.now() > giveUpAt) throw error;
        await wait(fullJitter(attempt, backoff));
      }
    }
  }

  private async make(firstAdminFile: string): Promise<void> {
    if (await this.accounts.hasAdmin()) return;
    const { email, password } = await credentialsIn(firstAdminFile);
    await this.addAdmin.execute(email, password, 'FIRST_ADMIN_FILE');
    this.logger.log('the first admin was made');
  }
}

async function credentialsIn(file: string) {
  try {
    return credentials.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Neither the content nor the parser's message, which quotes it.
    throw new SettingsError([
      'FIRST_ADMIN_FILE is refused: it must be a file with JSON { "email", "password" } (12 to 128 characters).',
    ]);
  }
}
