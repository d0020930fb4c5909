import { describeSettings } from '@towpath/testing';

import { UserConfig } from './user.config.ts';

describeSettings(new URL('../README.md', import.meta.url), UserConfig);
