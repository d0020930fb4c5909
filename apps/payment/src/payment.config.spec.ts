import { describeSettings } from '@towpath/testing';

import { PaymentConfig } from './payment.config.ts';

describeSettings(new URL('../README.md', import.meta.url), PaymentConfig);
