import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { PaymentProvider } from '../src/payments/payment-provider.ts';
import { anOperation, aProvider } from './an-operation.ts';
import { givenProvider } from './given-provider.ts';

const unknown = (conclusive: boolean) => ({ is: 'unknown', reason: expect.any(String), conclusive });

describe('the payment provider, beside the sandbox', () => {
  const sandbox = givenProvider();
  let provider: PaymentProvider;
  let close: () => Promise<unknown>;

  beforeAll(async () => {
    ({ provider, close } = aProvider({ ...(await sandbox.environment()), PAYMENT_PROVIDER_TIMEOUT_MS: '500' }));
  });
  afterAll(() => close());

  const authorized = async () => {
    const operation = anOperation();
    const answer = await provider.send(operation);
    if (answer.is !== 'authorized') throw new Error(answer.is);
    return { ...operation, providerReference: answer.providerReference ?? null };
  };

  it('When all goes well, then money is held, taken and given back, or let go', async () => {
    const bought = await authorized();
    const refund = { ...bought, kind: 'refund', idemKey: 'refund-1', amountMinor: 999 } as const;
    const regretted = await authorized();
    const providerReference = expect.stringMatching(/^pi_/);

    expect(await provider.send({ ...bought, kind: 'capture', idemKey: 'capture-1' })).toEqual({
      is: 'captured',
      providerReference,
    });
    expect(await provider.send(refund)).toEqual({ is: 'refunded', totalMinor: 999 });
    expect(await provider.send({ ...regretted, kind: 'void', idemKey: 'void-1' })).toEqual({
      is: 'voided',
      providerReference,
    });
  });

  it('When the same operation is sent again, then it is the same charge', async () => {
    const operation = anOperation();

    expect(await provider.send(operation)).toEqual(await provider.send({ ...operation, attempt: 2 }));
    expect(await sandbox.deeds(operation.orderId)).toEqual(['authorized']);
  });

  it('When the card is declined, then that is definite, sent or looked up', async () => {
    const operation = anOperation({ paymentMethod: 'pm_card_chargeDeclinedInsufficientFunds' });

    expect(await provider.send(operation)).toEqual({ is: 'declined', reason: 'insufficient_funds' });
    expect(await provider.find(operation)).toMatchObject({ is: 'declined', reason: 'insufficient_funds' });
  });

  it('When a step is refused, then that is definite', async () => {
    const operation = await authorized();
    await provider.send({ ...operation, kind: 'void', idemKey: `${operation.orderId}-void` });

    expect(await provider.send({ ...operation, kind: 'capture', idemKey: `${operation.orderId}-capture` })).toEqual({
      is: 'refused',
      reason: 'payment_intent_unexpected_state',
    });
    expect(await provider.send({ ...operation, kind: 'refund', idemKey: `${operation.orderId}-refund` })).toMatchObject(
      { is: 'refused' },
    );
  });

  it('When a charge is looked for by our reference, then its state is found, and nothing is found of none', async () => {
    const operation = await authorized();
    const withoutReference = { ...operation, providerReference: null };

    expect(await provider.find(withoutReference)).toEqual({
      is: 'authorized',
      providerReference: operation.providerReference,
    });
    expect(await provider.find({ ...operation, kind: 'capture' })).toEqual(unknown(true));
    expect(await provider.find(anOperation())).toEqual(unknown(true));
    expect(await provider.find({ ...operation, kind: 'refund' })).toEqual(unknown(true));
  });

  it.each([
    [
      'amount',
      { amountMinor: 2_000 },
      { is: 'differs', reason: expect.stringContaining('of 1999 EUR, not of 2000 EUR') },
    ],
    [
      'currency',
      { currency: 'USD' },
      { is: 'differs', reason: expect.stringContaining('of 1999 EUR, not of 1999 USD') },
    ],
    ['order', { orderId: 'another' }, unknown(true)],
  ])(
    'When the charge that is found differs in its %s, then nothing is taken from it',
    async (_, difference, answer) => {
      const operation = await authorized();

      expect(await provider.find({ ...operation, ...difference })).toEqual(answer);
    },
  );

  it.each([
    ['let go', '/cancel', { refund: false }],
    ['taken and given back', '/capture', { refund: true }],
  ])('When a charge of another amount was %s, then nothing is left of it', async (_, deed, { refund }) => {
    const operation = await authorized();
    await sandbox.byHand(`/v1/payment_intents/${operation.providerReference}${deed}`);
    if (refund) await sandbox.byHand('/v1/refunds', { payment_intent: operation.providerReference ?? '' });

    expect(await provider.find({ ...operation, amountMinor: 2_000 })).toMatchObject({ is: 'voided' });
  });

  it('When the key file is replaced, then the next call is made with the new key', async () => {
    const keyFile = `${sandbox.keyFile}.copy`;
    writeFileSync(keyFile, 'sk_test_old');
    const rotated = aProvider({ PAYMENT_PROVIDER_URL: sandbox.url, PAYMENT_PROVIDER_KEY_FILE: keyFile });
    expect(await rotated.provider.send(anOperation())).toEqual(unknown(false));

    writeFileSync(keyFile, readFileSync(sandbox.keyFile));
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 1_001);

    expect(await rotated.provider.send(anOperation())).toMatchObject({ is: 'authorized' });
    jest.restoreAllMocks();
    await rotated.close();
  });

  it('When part of the money is given back, then a refund is found once its total is there', async () => {
    const operation = await authorized();
    await provider.send({ ...operation, kind: 'capture', idemKey: `${operation.orderId}-capture` });
    const refund = {
      ...operation,
      kind: 'refund',
      amountMinor: 500,
      idemKey: `${operation.orderId}-refund-500`,
    } as const;
    await provider.send(refund);

    expect(await provider.find(refund)).toEqual({ is: 'refunded', totalMinor: 500 });
    expect(await provider.find({ ...refund, refundedMinor: 500 })).toEqual(unknown(true));
  });

  it('When the provider fails after charging, then asking again is known to be of no use', async () => {
    const operation = anOperation();
    await sandbox.fault({ operation: 'create', kind: 'fail_after_charging', orderId: operation.orderId });

    expect(await provider.send(operation)).toEqual(unknown(false));
    expect(await provider.send(operation)).toEqual(unknown(true));
    expect(await provider.find(operation)).toMatchObject({ is: 'authorized' });
  });

  it('When the answer is lost or late, then the outcome is unknown, and while it is at work still', async () => {
    const lost = anOperation();
    const late = anOperation();
    await sandbox.fault({ operation: 'create', kind: 'drop_answer', orderId: lost.orderId });
    await sandbox.fault({ operation: 'create', kind: 'delay', ms: 1_000, orderId: late.orderId });

    expect(await provider.send(lost)).toEqual(unknown(false));
    expect(await provider.send(late)).toEqual(unknown(false));
    expect(await provider.send(late)).toEqual(unknown(false));
    expect(await provider.send(lost)).toMatchObject({ is: 'authorized' });
  });

  it('When a key is known with other parameters, then only looking tells', async () => {
    const operation = anOperation();
    await provider.send(operation);

    expect(await provider.send({ ...operation, paymentMethod: 'pm_card_mastercard' })).toEqual(unknown(true));
  });

  it.each(['', 'two\nlines'])('When the key file holds %j, then it does not start and names the setting', (content) => {
    const keyFile = `${sandbox.keyFile}.wrong`;
    writeFileSync(keyFile, content);

    expect(() => aProvider({ PAYMENT_PROVIDER_URL: sandbox.url, PAYMENT_PROVIDER_KEY_FILE: keyFile })).toThrow(
      'PAYMENT_PROVIDER_KEY_FILE is refused',
    );
  });

  describe('beside a server that misbehaves', () => {
    let server: Server;
    let requests = 0;

    afterEach(() => server.closeAllConnections());
    afterEach(() => new Promise((resolve) => server.close(resolve)));

    const beside = async (listener: RequestListener) => {
      requests = 0;
      server = createServer((request, response) => {
        requests += 1;
        request.resume();
        listener(request, response);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      return aProvider({
        PAYMENT_PROVIDER_URL: url,
        PAYMENT_PROVIDER_KEY_FILE: sandbox.keyFile,
        PAYMENT_PROVIDER_TIMEOUT_MS: '300',
      });
    };

    it.each([401, 403, 409, 429, 500, 502, 503])('When it answers %i, then the outcome is unknown', async (status) => {
      const misled = await beside((_, response) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end('{ "error": { "type": "api_error" } }');
      });

      expect(await misled.provider.send(anOperation())).toEqual(unknown(false));
      expect(requests).toBe(1);
      await misled.close();
    });

    it.each([
      ['too many requests as 400', 400, '{ "error": { "type": "invalid_request_error", "code": "rate_limit" } }'],
      ['a refusal that is not for it', 400, 'nonsense'],
    ])('When it answers %s, then the outcome is unknown', async (_, status, body) => {
      const misled = await beside((_, response) => response.writeHead(status).end(body));

      expect(await misled.provider.send(anOperation())).toEqual(unknown(false));
      await misled.close();
    });

    it('When a charge that is found has no error yet, then it is not taken for declined', async () => {
      const operation = anOperation({ providerReference: 'pi_1' });
      const charge = { id: 'pi_1', amount: 1_999, currency: 'eur', metadata: { order_id: operation.orderId } };
      const misled = await beside((_, response) =>
        response.end(JSON.stringify({ ...charge, status: 'requires_payment_method' })),
      );

      expect(await misled.provider.find(operation)).toEqual(unknown(true));
      await misled.close();
    });

    it.each([
      ['breaks the connection', (_, response) => response.destroy()],
      ['says what is no JSON', (_, response) => response.end('<html>')],
      ['sends elsewhere', (_, response) => response.writeHead(307, { location: '/v1/elsewhere' }).end()],
      ['answers half', (_, response) => response.writeHead(200, { 'content-length': '100' }).end('{ "id"')],
    ] satisfies [string, RequestListener][])(
      'When it %s, then the outcome is unknown after one request',
      async (_, listener) => {
        const misled = await beside(listener);

        expect(await misled.provider.send(anOperation())).toEqual(unknown(false));
        expect(requests).toBe(1);
        await misled.close();
      },
    );

    it.each(['{}', '{ "object": "payment_intent", "status": "requires_capture" }'])(
      'When it answers %s, then nothing is taken from it',
      async (answer) => {
        const misled = await beside((_, response) => response.end(answer));

        expect(await misled.provider.send(anOperation())).toEqual(unknown(true));
        await misled.close();
      },
    );

    it('When it answers byte by byte, then the whole call still ends in time', async () => {
      const misled = await beside((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const drip = setInterval(() => response.write(' '), 50);
        response.on('close', () => clearInterval(drip));
      });
      const begun = performance.now();

      expect(await misled.provider.send(anOperation())).toEqual(unknown(false));
      expect(performance.now() - begun).toBeLessThan(2_000);
      await misled.close();
    });

    it('When nobody listens, then the outcome is unknown', async () => {
      const misled = await beside(() => undefined);
      await new Promise((resolve) => server.close(resolve));

      expect(await misled.provider.send(anOperation())).toEqual(unknown(false));
      await misled.close();
    });
  });
});
