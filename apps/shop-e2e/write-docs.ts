import { writeFileSync } from 'node:fs';

import { contractPage } from './test/contract/contract-page.ts';

writeFileSync(new URL('../../docs/contract.md', import.meta.url), contractPage());
