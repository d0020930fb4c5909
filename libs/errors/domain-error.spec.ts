import { DomainError, isTransient, toDomainError, Unavailable, UpstreamTimeout } from './index.ts';

describe('domain errors', () => {
  it('When only time can help, then the error is transient', () => {
    const errors = [new Unavailable(), new UpstreamTimeout(), new DomainError('overloaded', 'full'), new Error('bug')];

    expect(errors.map(isTransient)).toEqual([true, true, false, false]);
  });

  it('When an error is made, then it has its name, the status of its code and its cause', () => {
    class OrderNotFound extends DomainError {
      constructor() {
        super('not-found', 'There is no such order.', { cause: 'gone' });
      }
    }

    const { name, status, code, message, cause } = new OrderNotFound();

    expect({ name, status, code, message, cause }).toEqual({
      name: 'OrderNotFound',
      status: 404,
      code: 'not-found',
      message: 'There is no such order.',
      cause: 'gone',
    });
  });

  it('When a foreign error has a status of its own, then it is not taken for an answer to our client', () => {
    const upstream = Object.assign(new Error('no such charge'), { statusCode: 404, code: 'resource_missing' });

    expect(toDomainError(upstream).code).toBe('internal');
  });
});
