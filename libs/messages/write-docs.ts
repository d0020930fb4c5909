import { writeFileSync } from 'node:fs';

import { messageFlow } from './message-flow.ts';

writeFileSync(new URL('../../docs/message-flow.md', import.meta.url), messageFlow());
