import { startService } from '@towpath/service-defaults';

import { GatewayModule } from './gateway.module.ts';

await startService(GatewayModule, { home: new URL('..', import.meta.url) });
