import { Injectable } from '@nestjs/common';

import { OrderReport } from './order-report.ts';
import { ProviderReport, type ReportedCharge } from './provider-report.ts';
import { ReconciliationRepository } from './reconciliation.repository.ts';

export interface CollectOptions {
  readonly since: Date;
  /** Below the id of every order since then. */
  readonly floor: string;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

/** An order's clock and the provider's may differ by so much. */
const clocksMs = 3_600_000;

/** Brings what the others say into our database, where it can be compared however much it is. */
@Injectable()
export class Reports {
  constructor(
    private readonly provider: ProviderReport,
    private readonly orders: OrderReport,
    private readonly repository: ReconciliationRepository,
  ) {}

  /** Charges that name no order go to `strays`. */
  async collect(
    { since, floor, signal, progress }: CollectOptions,
    strays: (charges: readonly ReportedCharge[]) => Promise<void>,
  ): Promise<void> {
    let charges = 0;
    for await (const page of this.provider.since(new Date(Math.max(0, since.getTime() - clocksMs)))) {
      signal.throwIfAborted();
      await this.repository.keepCharges(page.filter(({ orderId }) => orderId !== undefined));
      await strays(page.filter(({ orderId }) => orderId === undefined));
      progress(`${(charges += page.length)} charges read`);
    }
    let orders = 0;
    for await (const page of this.orders.after(floor)) {
      signal.throwIfAborted();
      await this.repository.keepOrders(page);
      progress(`${(orders += page.length)} orders read`);
    }
  }
}
