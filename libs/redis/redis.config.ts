import { setting, Settings } from '@towpath/config';

export class RedisConfig extends Settings({
  redisUrl: setting.url({
    optional: true,
    secret: true,
    meaning: 'a Redis (6 or later) that the processes share; without one each works by itself',
  }),
  redisTimeoutMs: setting.durationMs({
    min: 1,
    default: 80,
    meaning: 'how long Redis may take; after that everybody does without it until it is well again',
  }),
}) {}
