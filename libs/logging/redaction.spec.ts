import { createLogger } from './index.ts';

function logged(fields: object | string): any {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  createLogger({ service: 'user', level: 'info', pretty: false, destination }).log(fields);
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!);
}

describe('redaction', () => {
  it.each([
    'authorization',
    'Authorization',
    'proxy-authorization',
    'cookie',
    'set-cookie',
    'password',
    'currentPassword',
    'new_password',
    'passwordHash',
    'accessToken',
    'refreshToken',
    'token',
    'clientSecret',
    'apiKey',
    'STRIPE_API_KEY',
    'privateKey',
    'signingKeys',
    'cardNumber',
    'cvc',
    'iban',
    'signature',
  ])('When a field is called %s, then its value is not logged, however deep', (name) => {
    const fields = { [name]: 'hunter2', request: { lines: [{ [name]: { value: 'hunter2' } }] } };

    const entry = logged({ msg: 'Said', ...fields });

    expect(JSON.stringify(entry)).not.toContain('hunter2');
    expect(entry).toMatchObject({ [name]: '[redacted]', request: { lines: [{ [name]: '[redacted]' }] } });
  });

  it('When a field is no secret, then it is logged as it is', () => {
    const fields = { idempotencyKey: 'k-1', tokenType: 'Bearer', total: { amountMinor: 1999, currency: 'EUR' }, d: 4 };

    expect(logged({ msg: 'Said', ...fields })).toMatchObject(fields);
  });

  it('When a private JSON Web Key is logged, then only its public part is', () => {
    const jwk = { kty: 'EC', crv: 'P-256', kid: 'k-1', x: 'public', y: 'public' };

    expect(logged({ jwk: { ...jwk, d: 'hunter2' } })).toMatchObject({ jwk: { ...jwk, d: '[redacted]' } });
  });

  it.each([
    ['GET / with Bearer hunter2.abc', 'GET / with Bearer [redacted]'],
    ['jwt eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln is expired', 'jwt [redacted] is expired'],
    ['Invalid API Key: sk_test_hunter2hunter2', 'Invalid API Key: [redacted]'],
    ['connect postgres://orders:hunter2@127.0.0.1/x failed', 'connect postgres://orders:[redacted]@127.0.0.1/x failed'],
    ['-----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----', '[redacted]'],
  ])('When a text holds a secret (%s), then the rest of the text is logged', (text, expected) => {
    const error = new Error(text, { cause: new Error(text) });

    expect(logged(text).msg).toBe(expected);
    expect(logged({ note: text }).note).toBe(expected);
    expect(logged({ err: error }).err).toMatchObject({ message: expected, cause: { message: expected } });
    expect(JSON.stringify(logged({ err: error }))).not.toContain('hunter2');
  });

  it('When a value cannot be written as it is, then the line still is', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;

    const entry = logged({
      cycle,
      bytes: Buffer.from('hunter2'),
      big: 1n,
      at: new Date(0),
      many: Array(1_000).fill(0),
    });

    expect(entry).toMatchObject({ bytes: '[7 bytes]', big: '1', at: '1970-01-01T00:00:00.000Z' });
    expect(entry.many).toHaveLength(100);
    expect(JSON.stringify(entry.cycle)).toContain('[too deep]');
  });
});
