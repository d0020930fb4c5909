import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OrderOnRecord {
  readonly status: string;
  readonly amountMinor?: number;
  readonly currency?: string;
  readonly refundGoalMinor?: number;
}

/** Stands for order-processor, as far as a reconciliation asks it. */
export class OrdersUnderTest {
  readonly #orders = new Map<string, OrderOnRecord>();
  #server?: Server;
  /** Answers 503 while it is away. */
  away = false;
  requests: string[] = [];

  get url(): string {
    return `http://127.0.0.1:${(this.#server?.address() as AddressInfo).port}`;
  }

  put(orderId: string, order: OrderOnRecord): void {
    this.#orders.set(orderId, order);
  }

  forgetAll(): void {
    this.#orders.clear();
  }

  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      this.requests.push(request.url ?? '');
      const { searchParams } = new URL(request.url ?? '', 'http://orders');
      const after = searchParams.get('after') ?? '';
      const ids = [...this.#orders.keys()].sort().filter((id) => id > after);
      const items = ids.slice(0, Number(searchParams.get('limit'))).map((id) => this.item(id));
      response.writeHead(this.away ? 503 : 200, { 'content-type': 'application/json' }).end(JSON.stringify({ items }));
    }).listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  stop(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  private item(orderId: string) {
    const {
      status,
      amountMinor = 1_999,
      currency = 'EUR',
      refundGoalMinor = 0,
    } = this.#orders.get(orderId) as OrderOnRecord;
    const at = new Date(0).toISOString();
    const money = { total: { amountMinor, currency }, refundGoalMinor, refundedMinor: refundGoalMinor };
    return { orderId, status, ...money, settled: true, createdAt: at, updatedAt: at };
  }
}
