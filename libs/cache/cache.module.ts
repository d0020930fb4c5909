import { Module } from '@nestjs/common';
import { provideSettings } from '@towpath/config';

import { CacheConfig } from './cache.config.ts';
import { Caches } from './caches.ts';

@Module({ providers: [provideSettings(CacheConfig), Caches], exports: [Caches] })
export class CacheModule {}
