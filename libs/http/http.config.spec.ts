import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { settingsTable } from '@towpath/config';

import { HttpConfig } from './http.config.ts';

describe('settings of every way in', () => {
  it('When one changes, then README.md says so', () => {
    const readme = readFileSync(resolve(__dirname, 'README.md'), 'utf8').replaceAll(/ +/g, ' ');

    for (const row of settingsTable(HttpConfig).split('\n').slice(2)) expect(readme).toContain(row);
  });
});
