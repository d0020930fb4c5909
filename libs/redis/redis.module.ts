import { Global, Module } from '@nestjs/common';
import { provideSettings } from '@towpath/config';

import { RedisConfig } from './redis.config.ts';
import { Redis } from './redis.ts';

/** One connection for all parts of a process. */
@Global()
@Module({ providers: [provideSettings(RedisConfig), Redis], exports: [Redis] })
export class RedisModule {}
