import { startService } from '@towpath/service-defaults';

import { UserModule } from './user.module.ts';

await startService(UserModule, { home: new URL('..', import.meta.url) });
