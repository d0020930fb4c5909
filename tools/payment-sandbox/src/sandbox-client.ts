/** The few calls that the specs make, in Stripe's form encoding. */
export function clientOf(url: string, secretKey: string) {
  const call = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      body,
      headers: {
        authorization: `Bearer ${secretKey}`,
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const post = (path: string, form: Record<string, string> = {}, key?: string) =>
    call('POST', path, new URLSearchParams(form).toString(), key === undefined ? {} : { 'idempotency-key': key });

  return {
    call,
    post,
    get: (path: string) => call('GET', path),
    charge: (orderId: string, more: Record<string, string> = {}, key?: string) =>
      post('/v1/payment_intents', { ...aCharge(orderId), ...more }, key),
    fault: (fault: object) => call('POST', '/_sandbox/faults', JSON.stringify(fault)),
    /** Resolves once every fault asked for has met its request. */
    faultsMet: async () => {
      while ((await call('GET', '/_sandbox/faults')).body.length > 0);
    },
  };
}

export type Client = ReturnType<typeof clientOf>;

export const aCharge = (orderId: string): Record<string, string> => ({
  amount: '1999',
  currency: 'eur',
  confirm: 'true',
  capture_method: 'manual',
  payment_method: 'pm_card_visa',
  'automatic_payment_methods[enabled]': 'true',
  error_on_requires_action: 'true',
  'metadata[order_id]': orderId,
});
