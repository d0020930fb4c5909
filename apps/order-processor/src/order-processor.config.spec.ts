import { describeSettings } from '@towpath/testing';

import { OrderProcessorConfig } from './order-processor.config.ts';

describeSettings(new URL('../README.md', import.meta.url), OrderProcessorConfig);
