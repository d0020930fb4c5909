import { describeSettings } from '@towpath/testing';

import { CatalogConfig } from './catalog.config.ts';

describeSettings(new URL('../README.md', import.meta.url), CatalogConfig);
