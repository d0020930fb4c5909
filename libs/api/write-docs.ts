import { writeFileSync } from 'node:fs';

import { openApiDocument, routes } from './index.ts';
import { problemsPage } from './problems-page.ts';

const docs = new URL('../../docs/', import.meta.url);
writeFileSync(new URL('problems.md', docs), problemsPage());
writeFileSync(new URL('openapi.json', docs), `${JSON.stringify(openApiDocument(routes), null, 2)}\n`);
