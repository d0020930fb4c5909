import { describeSettings } from '@towpath/testing';

import { GatewayConfig } from './gateway.config.ts';

describeSettings(new URL('../README.md', import.meta.url), GatewayConfig);
