import { setting, Settings, settingsTable } from './index.ts';

describe('settings table', () => {
  it('When a README shows settings, then each has its name, what is allowed, its default and its meaning', () => {
    class OrderConfig extends Settings({
      orderDeadlineMs: setting.durationMs({ default: 60_000, meaning: 'an order not confirmed by then is cancelled' }),
      databaseUrl: setting.url({ meaning: 'where the orders are' }),
      keyFile: setting.file({ optional: true, meaning: 'signs messages' }),
    }) {}

    expect(settingsTable(OrderConfig)).toBe(
      [
        '| setting | allowed | default | meaning |',
        '|---|---|---|---|',
        '| `ORDER_DEADLINE_MS` | a whole number of milliseconds from 0 to 2147483647 | `60000` | an order not confirmed by then is cancelled |',
        '| `DATABASE_URL` | a URL | must be given | where the orders are |',
        '| `KEY_FILE` | the path of a readable file | none | signs messages |',
      ].join('\n'),
    );
  });
});
