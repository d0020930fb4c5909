import { Module } from '@nestjs/common';
import { provideSettings } from '@towpath/config';

import { CacheConfig } from './cache.config.ts';
import { Caches } from './caches.ts';
import { SharedCacheConfig } from './shared-cache.config.ts';

@Module({ providers: [provideSettings(CacheConfig), provideSettings(SharedCacheConfig), Caches], exports: [Caches] })
export class CacheModule {}
