import { randomUUID } from 'node:crypto';

import { DomainError, Unavailable } from '@towpath/errors';

import { IdempotencyKeyRepository } from '../src/idempotency/idempotency-key.repository.ts';
import { type StoredAnswer } from '../src/idempotency/idempotency-key.ts';
import { OncePerKey } from '../src/idempotency/once-per-key.ts';
import { givenShop } from './given-shop.ts';

describe('one answer per key', () => {
  const shop = givenShop();

  const aKey = () => ({ subject: randomUUID(), operation: 'try', key: randomUUID(), fingerprint: Buffer.from('body') });
  const keys = () => shop.service.get(IdempotencyKeyRepository);
  const lost = () => Promise.reject(new Error('is never asked'));
  const ask = (key: ReturnType<typeof aKey>, work: () => Promise<number> | number) =>
    shop.service.get(OncePerKey).answer(key, {
      first: async (tx) => {
        const answer: StoredAnswer = { status: 201, headers: {}, body: await work() };
        await keys().store(tx, key, answer);
        return answer;
      },
      lost,
    });

  it('When something is asked again, then it is not done again', async () => {
    const key = aKey();

    const answers = [await ask(key, () => 1), await ask(key, () => 2)];

    expect(answers).toEqual([
      { status: 201, headers: {}, body: 1 },
      { status: 201, headers: { 'idempotency-replayed': 'true' }, body: 1 },
    ]);
  });

  it('When it was answered by another request while this one worked, then that is the answer', async () => {
    const key = aKey();
    const { database } = shop.service;
    const answeredElsewhere = () =>
      database.transaction((tx) => keys().store(tx, key, { status: 201, headers: {}, body: 1 }));

    const answer = await shop.service.get(OncePerKey).answer(key, {
      first: async (tx) => {
        await answeredElsewhere();
        await keys().store(tx, key, { status: 201, headers: {}, body: 2 });
        throw new Error('comes no further');
      },
    });

    expect(answer).toEqual({ status: 201, headers: { 'idempotency-replayed': 'true' }, body: 1 });
  });

  it('When the same key is used for another operation, then that is done too', async () => {
    const key = aKey();

    const answers = [await ask(key, () => 1), await ask({ ...key, operation: 'try-otherwise' }, () => 2)];

    expect(answers.map(({ body }) => body)).toEqual([1, 2]);
  });

  it('When it is not known or not decided what became of it, then the next request decides', async () => {
    const key = aKey();
    const fail = (error: Error) => () => Promise.reject(error);

    await expect(ask(key, fail(new Unavailable()))).rejects.toThrow(Unavailable);
    await expect(ask(key, fail(new TypeError('a bug')))).rejects.toThrow(TypeError);
    const answer = await ask(key, () => 1);

    expect(answer).toEqual({ status: 201, headers: {}, body: 1 });
  });

  it('When it is refused, then the refusal is the answer, with all that it said', async () => {
    const key = aKey();
    const refusal = new DomainError('illegal-state', 'Not now.', {
      errors: [{ pointer: '/x', detail: 'is wrong' }],
      headers: { location: '/there' },
    });
    const refuse = () => Promise.reject(refusal);
    const said = { code: refusal.code, status: 409, message: refusal.message, errors: refusal.errors };

    await expect(ask(key, refuse)).rejects.toMatchObject({ ...said, headers: { location: '/there' } });
    await expect(ask(key, () => 1)).rejects.toMatchObject({
      ...said,
      headers: { location: '/there', 'idempotency-replayed': 'true' },
    });
  });
});
