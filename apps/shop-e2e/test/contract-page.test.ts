import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { contractPage } from './contract/contract-page.ts';
import { rows } from './contract/rows.ts';

describe('docs/contract.md', () => {
  it('When a row changes, then it is written again with `node apps/shop-e2e/write-docs.ts`', () => {
    expect(readFileSync(resolve(__dirname, '../../../docs/contract.md'), 'utf8')).toBe(contractPage());
  });

  it('When a row is on the page, then no other has its name, and all are on it', () => {
    const situations = Object.values(rows).map(({ situation }) => situation);

    expect(new Set(situations).size).toBe(situations.length);
    expect(situations.filter((situation) => !contractPage().includes(`| ${situation} |`))).toEqual([]);
  });
});
