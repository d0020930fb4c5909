import { jwtRows } from '@towpath/testing';

import { accessProbes } from './contract/access.probes.ts';
import { edgeProbes } from './contract/edge.probes.ts';
import { limitProbes } from './contract/limit.probes.ts';
import { orderProbes } from './contract/order.probes.ts';
import { requestProbes } from './contract/request.probes.ts';
import { type Row, rows } from './contract/rows.ts';
import { sessionProbes } from './contract/session.probes.ts';
import { strictSettings } from './contract/strict-settings.ts';
import { tokenProbes } from './contract/token.probes.ts';
import { type Probes, World } from './contract/world.ts';
import { runningShop } from './running-shop.ts';
import type { Answered } from './wire.ts';

jest.setTimeout(60_000);

const probes: Probes<typeof rows> = {
  ...tokenProbes,
  ...accessProbes,
  ...orderProbes,
  ...requestProbes,
  ...edgeProbes,
  ...sessionProbes,
  ...limitProbes,
};
const names = Object.keys(rows) as (keyof typeof rows)[];

describe('the contract of the running shop', () => {
  const shop = runningShop(strictSettings);
  let world: World;
  let passed = 0;

  beforeAll(async () => {
    console.info('Limits of this run:', strictSettings);
    world = new World(shop);
    await world.build();
  });

  afterAll(async () => {
    console.info(`${passed} of ${names.length} rows of the contract hold.`);
    await world.wire.close();
  });

  it.each(names.map((name) => [rows[name].situation, rows[name].status, name] as const))(
    'When it is asked for: %s, then it answers %i',
    async (_, __, name) => {
      const answer = await probes[name](world);

      expectRow(rows[name], answer);
      passed += 1;
    },
  );

  it.each(jwtRows.map((row) => [row.title, row] as const))(
    'When a token %s, then it is judged right',
    async (_, row) => {
      const [first, ...more] = row.headers(world.forger);
      const lines = [first, ...more].filter((each) => each !== undefined).map((each) => `authorization: ${each}\r\n`);

      const answer = await world.raw(`GET /v1/me HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${lines.join('')}\r\n`);

      expect(row.isAccepted ? [200] : [400, 401, 431]).toContain(answer.status);
    },
  );

  it('When all of it has been asked, then nothing was answered with 500', () => {
    expect(world.answers.filter(({ status }) => status === 500)).toEqual([]);
  });
});

function expectRow({ status, problem, headers = {} }: Row, answer: Answered): void {
  expect(answer.status).toBe(status);
  if (problem) {
    expect(answer.headers['content-type'] ?? 'application/problem+json').toBe('application/problem+json');
    expect(JSON.parse(answer.text)).toMatchObject({ type: `/problems/${problem}`, status });
  }
  const matching = Object.entries(headers).map(([name, value]) => [name, expect.stringMatching(value)]);
  expect(answer.headers).toMatchObject(Object.fromEntries(matching));
}
