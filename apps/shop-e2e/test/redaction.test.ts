import type { ApiOperation } from '@towpath/client';
import { eventually } from '@towpath/testing';

import { LiveShop } from './fuzz/live-shop.ts';
import { validRequests } from './fuzz/valid-requests.ts';
import { runningShop } from './running-shop.ts';
import type { Answered, Asked } from './wire.ts';

jest.setTimeout(120_000);

/** What a person or a program keeps to itself, and where in a request or an answer it is. */
const secretFields = ['password', 'currentPassword', 'newPassword', 'refreshToken', 'accessToken', 'paymentMethod'];
const secretHeaders = ['idempotency-key', 'stripe-signature'];

/** Every operation of the API, well and badly asked for, by people of whom everything is unique. */
describe('what nobody but its owner may see', () => {
  const shop = runningShop();
  const said: { readonly asked: Asked; readonly answer: Answered }[] = [];
  let live: LiveShop;
  let secrets: string[];
  let emails: string[];

  beforeAll(async () => {
    shop.spans.keepsTexts = true;
    live = new LiveShop(shop);
    await live.open();
    for (const operation of Object.keys(validRequests) as ApiOperation[]) {
      await ask(await validRequests[operation](live, 1));
      for (const bad of spoiled(await validRequests[operation](live, 2))) await ask(bad);
    }
    secrets = [...new Set([...said.flatMap(secretsIn), ...live.people.flatMap(secretsOf), ...(await ownSecrets())])];
    emails = [
      ...new Set([...said.flatMap(({ asked }) => emailsIn(asked)), ...live.people.map((it) => it.credentials.email)]),
    ];
    await eventually(() => shop.spans.texts).toContain('DELETE /v1/me');
  }, 120_000);

  afterAll(() => live.wire.close());

  async function ask(asked: Asked): Promise<void> {
    said.push({ asked, answer: await live.ask(asked) });
  }

  /** Of the services: what they sign and are trusted with. */
  async function ownSecrets(): Promise<string[]> {
    const files = ['payment-provider-key', 'payment-webhook-secret', 'signing-keys.json', 'database-seed.json'];
    const texts = await Promise.all(files.map((file) => shop.secret(file)));
    return texts.flatMap((text) =>
      [...text.matchAll(/"d": ?"([^"]+)"|^(\w{20,})$/gm)].map(([, d, line]) => d ?? line!),
    );
  }

  const problemsSaid = () => said.filter(({ answer }) => answer.status >= 400).map(({ answer }) => answer.text);

  /** With something that is in each, to see that it is read at all. */
  const places = [
    ['logs', 'PATCH /v1/products/:id', () => shop.logs()],
    ['spans', 'PATCH /v1/products/{id}', async () => shop.spans.texts],
    ['metrics', '/v1/products/', () => shop.metrics()],
    ['problems', 'unknown-field', async () => problemsSaid().join()],
  ] as const;

  it.each(places)(
    'When somebody reads the %s, then there is no secret and no address in them',
    async (_, known, read) => {
      // A service exports its spans some seconds after it made them.
      await eventually(read).toContain(known);
      const text = await read();

      expect(secrets.length).toBeGreaterThan(50);
      expect([...secrets, ...emails].filter((each) => text.includes(each))).toEqual([]);
    },
  );

  it('When an answer has an address, then it is that of who asked for it', () => {
    const owners = new Map(live.people.map(({ token, credentials }) => [token, credentials.email]));

    const told = said.flatMap(({ asked, answer }) =>
      emails
        .filter((email) => answer.text.includes(email))
        .map((email) => ({ path: asked.path, email, token: asked.token })),
    );

    expect(told.filter(({ token, email }) => owners.get(token ?? '') !== email)).toEqual([]);
    expect(new Set(told.map(({ path }) => path))).toEqual(new Set(['/v1/me', '/v1/me/export']));
  });
});

/** The same request with its secrets where they do not belong. */
function spoiled(asked: Asked): Asked[] {
  const json = asked.json as Record<string, unknown> | undefined;
  const { token } = asked;
  return [
    ...(json
      ? [
          { ...asked, json: { ...json, more: json } },
          { ...asked, json: Object.values(json) },
        ]
      : []),
    ...(json
      ? [
          {
            ...asked,
            json: undefined,
            headers: { ...asked.headers, 'content-type': 'application/json' },
            body: `${JSON.stringify(json)}}`,
          },
        ]
      : []),
    ...(token
      ? [
          { ...asked, token: `${token}x` },
          { ...asked, path: `${asked.path.split('?')[0]}?access_token=${token}` },
        ]
      : []),
    ...(token
      ? [{ ...asked, token: undefined, headers: { ...asked.headers, authorization: `Basic ${token}`, cookie: token } }]
      : []),
  ];
}

function secretsIn({ asked, answer }: { readonly asked: Asked; readonly answer: Answered }): string[] {
  const bodies = [asked.json, answer.status < 300 && answer.text.startsWith('{') ? JSON.parse(answer.text) : undefined];
  const fields = bodies.flatMap((body) =>
    secretFields.map((name) => (body as Record<string, string> | undefined)?.[name]),
  );
  const headers = secretHeaders.map((name) => asked.headers?.[name]);
  return [...fields, ...headers, asked.token].filter(
    (each): each is string => typeof each === 'string' && each !== 'pm_card_visa',
  );
}

function secretsOf({ credentials, session }: LiveShop['people'][number]): string[] {
  return [credentials.password, session.accessToken, session.refreshToken];
}

function emailsIn({ json }: Asked): string[] {
  const { email } = (json ?? {}) as { email?: unknown };
  return typeof email === 'string' ? [email] : [];
}
