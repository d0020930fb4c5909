import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { PaymentProvider } from '../src/payments/payment-provider.ts';
import { anOperation, aProvider } from './an-operation.ts';
import { findStripeMock, startStripeMock } from './stripe-mock.ts';

const mock = findStripeMock();
const suite = 'missing' in mock ? describe.skip : describe;

// It accepts what Stripe's API describes and nothing else, and answers with examples: so none is a charge of ours.
suite(`the payment provider, beside stripe-mock${'missing' in mock ? `: ${mock.missing}` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'stripe-mock-'));
  let running: { url: string; process: ChildProcess };
  let provider: PaymentProvider;
  let close: () => Promise<unknown>;

  beforeAll(async () => {
    running = await startStripeMock('binary' in mock ? mock.binary : '');
    const keyFile = join(folder, 'key');
    writeFileSync(keyFile, 'sk_test_123');
    ({ provider, close } = aProvider({ PAYMENT_PROVIDER_URL: running.url, PAYMENT_PROVIDER_KEY_FILE: keyFile }));
  }, 30_000);
  afterAll(async () => {
    await close();
    running.process.kill();
    rmSync(folder, { recursive: true });
  });

  const known = { providerReference: 'pi_123' };
  const example = { is: 'unknown', reason: expect.stringContaining('differs in order'), conclusive: true };

  it.each([
    ['authorize', {}],
    ['capture', known],
    ['void', known],
  ] as const)(
    'When it is asked to %s, then it understands the request and its answer is understood',
    async (kind, more) => {
      expect(await provider.send(anOperation({ kind, ...more }))).toEqual(example);
    },
  );

  it('When it is asked to refund, then it understands the request and its answer is understood', async () => {
    expect(await provider.send(anOperation({ kind: 'refund', ...known }))).toEqual({
      is: 'refunded',
      totalMinor: 1_999,
    });
  });

  it('When it is asked for a charge or its refunds, then it understands the request and its answer is understood', async () => {
    expect(await provider.find(anOperation())).toEqual(example);
    expect(await provider.find(anOperation(known))).toEqual(example);
    expect(await provider.find(anOperation({ kind: 'refund', ...known }))).toMatchObject({ conclusive: true });
  });

  it('When a parameter is not of Stripe, then it would have been refused', async () => {
    const response = await fetch(`${running.url}/v1/payment_intents`, {
      method: 'POST',
      body: new URLSearchParams({ amount: '1999', currency: 'eur', colour: 'red' }),
      headers: { authorization: 'Bearer sk_test_123' },
    });

    expect(response.status).toBe(400);
  });
});
