import { startService } from '@towpath/service-defaults';

import { PaymentModule } from './payment.module.ts';

await startService(PaymentModule, { home: new URL('..', import.meta.url) });
