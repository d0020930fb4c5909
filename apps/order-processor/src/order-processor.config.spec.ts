import { readFileSync } from 'node:fs';

import { settingsTable } from '@towpath/config';

import { OrderProcessorConfig } from './order-processor.config.ts';

describe('settings', () => {
  it('When a setting is added or changed, then the README tells', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

    for (const row of settingsTable(OrderProcessorConfig).split('\n').slice(2)) expect(unpadded(readme)).toContain(row);
  });
});

/** Without the spaces with which a formatter lines up the columns of a table. */
function unpadded(markdown: string): string {
  return markdown.replaceAll(/ {2,}\|/g, ' |');
}
