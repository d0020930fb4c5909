import { RedisConfig } from '@towpath/redis';
import { describeSettings } from '@towpath/testing';

import { GatewayConfig } from './gateway.config.ts';
import { LimitsConfig } from './limits/limits.config.ts';
import { SessionsConfig } from './sessions/sessions.config.ts';

describeSettings(new URL('../README.md', import.meta.url), GatewayConfig, LimitsConfig, SessionsConfig, RedisConfig);
