import { startService } from '@towpath/service-defaults';

import { OrderProcessorModule } from './order-processor.module.ts';

await startService(OrderProcessorModule, { home: new URL('..', import.meta.url) });
