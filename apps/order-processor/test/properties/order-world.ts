import { randomUUID } from 'node:crypto';

import type { OrderState } from '../../src/orders/order.machine.ts';
import type { Message, Stream } from './message.ts';
import type { CatalogSide, PaymentSide, Said } from './sides.ts';

export type Look = Omit<OrderState, never> & { readonly isSettled: boolean };

/** The order under test: its machine alone, or the service with its database. */
export interface OrderUnderTest {
  readonly totalMinor: number;
  hear(message: Message): Promise<void>;
  /** A person or the clock decides; what is not possible now is refused. A refund is of all that is left unless said. */
  decide(what: 'customer' | 'deadline' | 'refund', amountMinor?: number): Promise<void>;
  askAgain(): Promise<void>;
  look(): Promise<Look>;
  /** What it said since it was asked last. */
  newlySaid(): Promise<Message[]>;
  illegal(): Promise<unknown[]>;
}

export interface Act {
  readonly do:
    'arrives' | 'arrives twice' | 'lose' | 'claim' | 'answer' | 'customer' | 'deadline' | 'refund' | 'ask again';
  readonly pick: number;
}

/** An order between catalog and payment, and all that is under way between them. */
export class OrderWorld {
  readonly said = new Set<string>();
  private readonly underWay: Message[] = [];
  private readonly versions: Partial<Record<Stream, number>> = {};

  constructor(
    readonly order: OrderUnderTest,
    readonly catalog: CatalogSide,
    readonly payment: PaymentSide,
  ) {}

  async happens({ do: what, pick }: Act): Promise<void> {
    if (what === 'arrives' || what === 'arrives twice') await this.arrives(pick, what === 'arrives twice');
    else if (what === 'lose') this.underWay.splice(pick % Math.max(1, this.underWay.length), 1);
    else if (what === 'claim') this.payment.claim();
    else if (what === 'answer') this.reports('payments', this.payment.answer(pick % 3 > 0));
    else if (what === 'ask again') await this.order.askAgain();
    else await this.order.decide(what, pick % 3 === 0 ? undefined : 1 + (pick % this.order.totalMinor));
    await this.listen();
  }

  /** Nothing gets lost any more, the provider answers, and the sweep asks when all is quiet. */
  async comesToRest(): Promise<boolean> {
    for (let sweeps = 0; sweeps < 12; sweeps += 1) {
      do {
        while (this.underWay.length > 0) await this.happens({ do: 'arrives', pick: 0 });
        await this.happens({ do: 'claim', pick: 0 });
        await this.happens({ do: 'answer', pick: 1 });
      } while (this.underWay.length > 0 || this.payment.isOpen);
      if ((await this.order.look()).isSettled) return true;
      await this.happens({ do: 'ask again', pick: 0 });
    }
    return false;
  }

  async listen(): Promise<void> {
    const said = await this.order.newlySaid();
    for (const { says } of said) this.said.add(says);
    this.underWay.push(...said);
  }

  private async arrives(pick: number, keep: boolean): Promise<void> {
    if (this.underWay.length === 0) return;
    const at = pick % this.underWay.length;
    const message = this.underWay[at] as Message;
    if (!keep) this.underWay.splice(at, 1);
    if (message.stream === 'stock.commands') this.reports('stock', this.catalog.hear(message));
    else if (message.stream === 'payment.commands') this.reports('payments', this.payment.hear(message));
    else await this.order.hear(message);
  }

  private reports(stream: Stream, reports: readonly Said[]): void {
    for (const report of reports) {
      const version = (this.versions[stream] = (this.versions[stream] ?? 0) + 1);
      this.underWay.push({ id: randomUUID(), stream, version, ...report });
    }
  }
}
