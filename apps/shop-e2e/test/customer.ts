import { randomUUID } from 'node:crypto';

import type {
  OrderResponse,
  OrderWithTimelineResponse,
  Page,
  PlaceOrderRequest,
  Problem,
  ProductResponse,
  SessionResponse,
} from '@towpath/api';

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

/** Somebody who has logged in, and talks to the shop only through the gateway. */
export class Customer {
  private constructor(
    private readonly gateway: string,
    readonly token: string,
  ) {}

  static async register(gateway: string): Promise<Customer> {
    const person = { email: `${randomUUID()}@example.com`, password: randomUUID(), name: 'Ada' };
    await call(gateway, 'POST', '/v1/users', person);
    return Customer.logIn(gateway, person);
  }

  static async logIn(gateway: string, { email, password }: Credentials): Promise<Customer> {
    const { body } = await call<SessionResponse>(gateway, 'POST', '/v1/sessions', { email, password });
    return new Customer(gateway, body.accessToken);
  }

  /** One piece of the product, in a cart and with a key of its own, unless said otherwise. */
  placeOrder(productId: string, { key = randomUUID(), ...changes }: Changes = {}): Promise<Answer<OrderResponse>> {
    const order: PlaceOrderRequest = {
      cartId: randomUUID(),
      lines: [{ productId, quantity: 1 }],
      paymentMethod: 'pm_card_visa',
      ...changes,
    };
    return this.call('POST', '/v1/orders', order, { 'idempotency-key': key });
  }

  async order(id: string): Promise<OrderWithTimelineResponse> {
    return (await this.call<OrderWithTimelineResponse>('GET', `/v1/orders/${id}`)).body;
  }

  /** The newest hundred. */
  async orders(): Promise<OrderResponse[]> {
    return (await this.call<Page<OrderResponse>>('GET', '/v1/orders?limit=100')).body.items;
  }

  cancel(id: string): Promise<Answer<OrderResponse>> {
    return this.call('POST', `/v1/orders/${id}/cancel`, {});
  }

  async product(id: string): Promise<ProductResponse> {
    return (await this.call<ProductResponse>('GET', `/v1/products/${id}`)).body;
  }

  /** The first hundred. */
  async products(): Promise<ProductResponse[]> {
    return (await this.call<Page<ProductResponse>>('GET', '/v1/products?limit=100')).body.items;
  }

  /** For admins. */
  async addProduct(stock: number): Promise<ProductResponse> {
    const price = { amountMinor: 1999, currency: 'EUR' };
    const product = { sku: `e2e-${randomUUID()}`, name: 'Lock gate', description: 'Oak', price, stock };
    return (await this.call<ProductResponse>('POST', '/v1/products', product)).body;
  }

  /** True if an order for it would be refused. Places none: the other line names nothing that is sold. */
  async cannotOrder(productId: string): Promise<boolean> {
    const lines = [productId, randomUUID()].map((each) => ({ productId: each, quantity: 1 }));
    const { body } = await this.placeOrder(productId, { lines });
    return body.errors?.some(({ pointer }) => pointer === '/lines/0/productId') ?? true;
  }

  private call<T>(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Answer<T>> {
    return call<T>(this.gateway, method, path, body, { authorization: `Bearer ${this.token}`, ...headers });
  }
}

type Changes = Partial<PlaceOrderRequest> & { readonly key?: string };

async function call<T>(
  gateway: string,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const json = body && { 'content-type': 'application/json' };
  const response = await fetch(gateway + path, {
    method,
    headers: { ...json, ...headers },
    body: body && JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer<T>['body'] };
}
