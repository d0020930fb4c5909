import { randomUUID } from 'node:crypto';

import { newId, sql } from '@towpath/database';
import { AuthorizePayment, CancelPayment, CapturePayment, payments, RefundPayment } from '@towpath/messages';
import { givenService, type ServiceUnderTest } from '@towpath/testing';

import { PaymentModule } from '../src/payment.module.ts';
import { OperationRepository } from '../src/payments/operation.repository.ts';
import { OrdersUnderTest } from './given-orders.ts';
import { givenProvider, type ProviderUnderTest } from './given-provider.ts';

jest.setTimeout(20_000);

export interface Report {
  readonly type: string;
  readonly snapshot: boolean;
  readonly data: Record<string, unknown>;
}

/** The payment service beside a provider, and what order-processor would say to it. */
export function givenPayments(environment: Record<string, string> = {}): PaymentsUnderTest {
  const provider = givenProvider();
  const orders = new OrdersUnderTest();
  beforeAll(() => orders.start());
  afterAll(() => orders.stop());
  const service = givenService(PaymentModule, {
    environment: async () => ({
      ...quick,
      ...(await provider.environment()),
      ORDER_PROCESSOR_URL: orders.url,
      ...environment,
    }),
    outgoing: () => [provider.url, orders.url],
  });
  return new PaymentsUnderTest(service, provider, orders);
}

/** Waits that a test would sit through. */
const quick = { OPERATION_POLL_MS: '50', OPERATION_RETRY_MAX_MS: '100', PAYMENT_PROVIDER_TIMEOUT_MS: '2000' };

export class PaymentsUnderTest {
  readonly eventually: ServiceUnderTest['eventually'];

  constructor(
    readonly service: ServiceUnderTest,
    readonly provider: ProviderUnderTest,
    readonly orders: OrdersUnderTest,
  ) {
    this.eventually = service.eventually;
  }

  /** Does something while the worker finds nothing to claim. */
  async whileNobodyClaims<T>(act: () => Promise<T>): Promise<T> {
    const none = jest.spyOn(this.service.get(OperationRepository), 'claim').mockResolvedValue([]);
    try {
      return await act();
    } finally {
      none.mockRestore();
    }
  }

  anOrder(): OrderPayment {
    return new OrderPayment(this, newId());
  }

  /** A payment that has come to AUTHORIZED. */
  async authorized(): Promise<OrderPayment> {
    const order = this.anOrder();
    await order.authorize();
    await order.becomes('AUTHORIZED');
    return order;
  }

  /** A payment that has come to CAPTURED. */
  async captured(): Promise<OrderPayment> {
    const order = await this.authorized();
    await order.capture();
    await order.becomes('CAPTURED');
    return order;
  }
}

/** The payment of one order: what is said to it, and what becomes of it. */
export class OrderPayment {
  constructor(
    private readonly payments: PaymentsUnderTest,
    readonly orderId: string,
  ) {}

  authorize(more: { paymentMethod?: string; amountMinor?: number; currency?: string; snapshot?: boolean } = {}) {
    const { paymentMethod = 'pm_card_visa', amountMinor = 1_999, currency = 'EUR', snapshot } = more;
    const amount = { amountMinor, currency };
    const data = { orderId: this.orderId, customerId: randomUUID(), amount, paymentMethod };
    return this.payments.service.receives(AuthorizePayment, data, { snapshot });
  }

  capture({ snapshot = false } = {}) {
    return this.payments.service.receives(CapturePayment, { orderId: this.orderId }, { snapshot });
  }

  cancel(delivery: { snapshot?: boolean; version?: number } = {}) {
    return this.payments.service.receives(CancelPayment, { orderId: this.orderId }, delivery);
  }

  refund(amountMinor: number, { snapshot = false, currency = 'EUR' } = {}) {
    const total = { amountMinor, currency };
    return this.payments.service.receives(RefundPayment, { orderId: this.orderId, total }, { snapshot });
  }

  becomes(state: string): Promise<void> {
    return this.payments.eventually(() => this.row()).toMatchObject({ state });
  }

  /** Resolves once the provider may know of the operation. */
  claimed(): Promise<void> {
    return this.payments.eventually(() => this.operations()).toContainEqual(expect.objectContaining({ state: 'SENT' }));
  }

  fault(fault: Omit<Parameters<ProviderUnderTest['fault']>[0], 'orderId'>): Promise<void> {
    return this.payments.provider.fault({ ...fault, orderId: this.orderId });
  }

  deeds(): Promise<string[]> {
    return this.payments.provider.deeds(this.orderId);
  }

  row(): Promise<Record<string, any> | undefined> {
    return this.database.maybeOne(sql`SELECT * FROM payment WHERE order_id = ${this.orderId}`);
  }

  operations(): Promise<Record<string, any>[]> {
    return this.database.rows(sql`
      SELECT operation.* FROM psp_operation AS operation JOIN payment ON payment.id = payment_id
       WHERE order_id = ${this.orderId} ORDER BY operation.created_at`);
  }

  /** As `capture DONE`, oldest first. */
  async steps(): Promise<string[]> {
    return (await this.operations()).map(({ kind, state }) => `${kind} ${state}`);
  }

  /** What each account gained. */
  async balances(): Promise<Record<string, number>> {
    const rows = await this.database.rows<{ account: string; sum: number }>(sql`
      SELECT account, sum(entry.amount_minor)::bigint AS sum FROM ledger_entry AS entry
        JOIN psp_operation AS operation ON operation.id = transfer_id JOIN payment ON payment.id = payment_id
       WHERE order_id = ${this.orderId} GROUP BY account`);
    return Object.fromEntries(rows.map(({ account, sum }) => [account, sum]));
  }

  /** All that was said on `payments`, oldest first. */
  reports(): Promise<Report[]> {
    return this.database.rows<Report>(sql`
      SELECT type, (headers ->> 'snapshot')::bool AS snapshot, payload - 'orderId' AS data FROM outbox
       WHERE topic = ${payments.name} AND aggregateid = ${this.orderId} ORDER BY seq`);
  }

  /** As `authorized`, oldest first. */
  async said(): Promise<string[]> {
    return (await this.reports()).map(({ type }) => type.split('.')[1] as string);
  }

  async anomalies(): Promise<unknown[]> {
    return this.database.rows(sql`SELECT kind, detail FROM anomaly WHERE detail ->> 'orderId' = ${this.orderId}`);
  }

  /** Pretends that the operation's lease is over, and that it was first sent so many hours ago. */
  async later(hours = 0): Promise<void> {
    await this.database.rows(sql`
      UPDATE psp_operation SET lease_until = now(), next_at = now(), first_sent_at = first_sent_at - ${hours} * interval '1 h'
       WHERE state IN ('SENT', 'NEEDS_REVIEW') AND payment_id = (SELECT id FROM payment WHERE order_id = ${this.orderId})`);
  }

  private get database() {
    return this.payments.service.database;
  }
}
