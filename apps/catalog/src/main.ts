import { startService } from '@towpath/service-defaults';

import { CatalogModule } from './catalog.module.ts';

await startService(CatalogModule, { home: new URL('..', import.meta.url) });
