import { mixes, rows } from './scenarios.ts';

const all = [...rows, ...mixes];

describe('scenarios', () => {
  it('When a row of the catalogue is looked for, then there is exactly one, in order', () => {
    const elsewhere = ['F5', 'F22'];
    const catalogue = Array.from({ length: 26 }, (_, index) => `F${index + 1}`);

    expect(rows.map(({ id }) => id)).toEqual(catalogue.filter((id) => !elsewhere.includes(id)));
  });

  it('When one does not run on a transport, then it says why', () => {
    const silent = all.filter(({ transports, why }) =>
      (['direct', 'kafka'] as const).some((transport) => !transports.includes(transport) && !why?.[transport]),
    );

    expect(silent.map(({ id }) => id)).toEqual([]);
  });

  it('When one is named, then by a name of its own and a title', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.filter(({ title }) => title.length < 20 || title.endsWith('.'))).toEqual([]);
  });
});
