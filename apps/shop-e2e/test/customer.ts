import { randomInt, randomUUID } from 'node:crypto';

import { type ApiClient, type ApiSchema, createClient } from '@towpath/client';

type Problem = ApiSchema<'Problem'>;

/** What the gateway answered; `body` is a Problem unless the status is below 400. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T & Partial<Pick<Problem, 'type' | 'errors'>>;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

type PlaceOrder = ApiSchema<'PlaceOrder'>;
type Changes = Partial<PlaceOrder> & { readonly key?: string };

/** Somebody who has logged in, and talks to the shop only through the gateway. */
export class Customer {
  readonly client: ApiClient;

  private constructor(
    private readonly gateway: string,
    readonly credentials: Credentials,
    readonly session: ApiSchema<'Session'>,
    /** Where a proxy would say that the requests come from. */
    readonly address: string,
  ) {
    const headers = { 'x-forwarded-for': address };
    this.client = createClient(gateway, { token: session.accessToken, headers });
  }

  get token(): string {
    return this.session.accessToken;
  }

  static async register(gateway: string): Promise<Customer> {
    const person = { email: `${randomUUID()}@example.com`, password: randomUUID(), name: 'Ada' };
    const address = someAddress();
    const client = createClient(gateway, { headers: { 'x-forwarded-for': address } });
    await client.POST('/v1/users', { body: person });
    return Customer.logIn(gateway, person, address);
  }

  static async logIn(
    gateway: string,
    { email, password }: Credentials,
    address: string = someAddress(),
  ): Promise<Customer> {
    const client = createClient(gateway, { headers: { 'x-forwarded-for': address } });
    const { data, error } = await client.POST('/v1/sessions', { body: { email, password } });
    if (!data) throw new Error(`${email} cannot log in: ${JSON.stringify(error)}`);
    return new Customer(gateway, { email, password }, data, address);
  }

  /** The same person, logged in once more. */
  again(): Promise<Customer> {
    return Customer.logIn(this.gateway, this.credentials, this.address);
  }

  /** One piece of the product, in a cart and with a key of its own, unless said otherwise. */
  placeOrder(productId: string, { key = randomUUID(), ...changes }: Changes = {}): Promise<Answer<ApiSchema<'Order'>>> {
    const body = {
      cartId: randomUUID(),
      lines: [{ productId, quantity: 1 }],
      paymentMethod: 'pm_card_visa',
      ...changes,
    };
    return answered(this.client.POST('/v1/orders', { params: { header: { 'Idempotency-Key': key } }, body }));
  }

  async order(id: string): Promise<ApiSchema<'OrderWithTimeline'>> {
    return (await answered(this.client.GET('/v1/orders/{id}', { params: { path: { id } } }))).body;
  }

  /** The newest hundred. */
  async orders(): Promise<ApiSchema<'Order'>[]> {
    return (await answered(this.client.GET('/v1/orders', { params: { query: { limit: 100 } } }))).body.items;
  }

  cancel(id: string): Promise<Answer<ApiSchema<'Order'>>> {
    return answered(this.client.POST('/v1/orders/{id}/cancel', { params: { path: { id } }, body: {} }));
  }

  async product(id: string): Promise<ApiSchema<'Product'>> {
    return (await answered(this.client.GET('/v1/products/{id}', { params: { path: { id } } }))).body;
  }

  /** The first hundred. */
  async products(): Promise<ApiSchema<'Product'>[]> {
    return (await answered(this.client.GET('/v1/products', { params: { query: { limit: 100 } } }))).body.items;
  }

  /** For admins. */
  async addProduct(stock: number): Promise<ApiSchema<'Product'>> {
    const price = { amountMinor: 1999, currency: 'EUR' as const };
    const body = { sku: `e2e-${randomUUID()}`, name: 'Lock gate', description: 'Oak', price, stock };
    return (await answered(this.client.POST('/v1/products', { body }))).body;
  }

  /** For admins. */
  refund(id: string, amountMinor?: number, key: string = randomUUID()): Promise<Answer<ApiSchema<'Order'>>> {
    const params = { path: { id }, header: { 'Idempotency-Key': key } };
    return answered(this.client.POST('/v1/orders/{id}/refund', { params, body: { amountMinor } }));
  }

  /** True if an order for it would be refused. Places none: the other line names nothing that is sold. */
  async cannotOrder(productId: string): Promise<boolean> {
    const lines = [productId, randomUUID()].map((each) => ({ productId: each, quantity: 1 }));
    const { body } = await this.placeOrder(productId, { lines });
    return body.errors?.some(({ pointer }) => pointer === '/lines/0/productId') ?? true;
  }
}

async function answered<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Answer<NonNullable<T>>> {
  const { data, error, response } = await asked;
  return {
    status: response.status,
    headers: response.headers,
    body: (data ?? error) as Answer<NonNullable<T>>['body'],
  };
}

function someAddress(): string {
  return `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
}
