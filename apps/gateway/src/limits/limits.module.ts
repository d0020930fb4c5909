import { Module } from '@nestjs/common';
import { provideSettings } from '@towpath/config';
import { Doorkeeper } from '@towpath/http';
import { RedisModule } from '@towpath/redis';

import { LimitsConfig } from './limits.config.ts';
import { RateLimits } from './rate-limits.ts';

@Module({
  imports: [RedisModule],
  providers: [provideSettings(LimitsConfig), RateLimits, { provide: Doorkeeper, useExisting: RateLimits }],
  exports: [Doorkeeper, LimitsConfig],
})
export class LimitsModule {}
