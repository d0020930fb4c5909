import { newId, sql } from '@towpath/database';
import { isTransient } from '@towpath/errors';
import {
  AuthorizePayment,
  CancelPayment,
  CapturePayment,
  type MessageDefinition,
  RefundPayment,
} from '@towpath/messages';

import { OperationRepository } from '../../src/payments/operation.repository.ts';
import { PerformOperation } from '../../src/payments/perform-operation.use-case.ts';
import { readEvent } from '../../src/provider-events/provider-event.ts';
import { TakeProviderEvent } from '../../src/provider-events/take-provider-event.use-case.ts';
import { anEvent } from '../given-events.ts';
import { OrderPayment, type PaymentsUnderTest } from '../given-payments.ts';
import type { Deed, Fault } from '../given-provider.ts';

export interface Buyer {
  readonly amountMinor: number;
  readonly cardWorks: boolean;
  readonly paid: boolean;
}

/** What order-processor says to a payment; its place in the stream is given when it is said, not when it arrives. */
interface Command {
  readonly definition: MessageDefinition;
  readonly data: Record<string, unknown>;
  readonly delivery: { readonly id: string; readonly version: number; readonly snapshot: boolean };
}

/** One order's payment among what may happen to it. Nothing moves unless the test says so. */
export class PaidOrder extends OrderPayment {
  /** Said and not yet arrived for the last time. */
  private readonly underWay: Command[] = [];
  private readonly commands: Pick<Command, 'definition' | 'data'>[] = [];
  private refundGoalMinor = 0;
  private version = 0;

  constructor(
    private readonly world: PaymentsUnderTest,
    readonly buyer: Buyer,
  ) {
    super(world, newId());
  }

  /** What order-processor may say, knowing what it was told so far. */
  async wish(what: 'pay' | 'cancel', part: number): Promise<void> {
    const { state = 'NONE', goal = 'authorize' } = (await this.row()) ?? {};
    const cancelled = this.commands.some(({ definition }) => definition === CancelPayment);
    const { orderId } = this;
    if (cancelled || goal === 'cancel') return;
    if (what === 'cancel') {
      if (this.refundGoalMinor === 0 && state !== 'REFUNDED') this.say(CancelPayment, { orderId });
    } else if (this.commands.length === 0) this.authorizeOnce();
    else if (state === 'AUTHORIZED' && goal === 'authorize') this.say(CapturePayment, { orderId });
    else if (state === 'CAPTURED') this.askBack(part);
  }

  /** The sweep: the newest goals again, as messages of their own that demand a report. */
  askAgain(): void {
    const [last] = this.commands.slice(-1);
    if (last) this.say(last.definition, last.data, true);
  }

  /** One of the messages under way arrives; `keep`: and will arrive again. */
  async arrives(pick: number, keep: boolean): Promise<void> {
    const at = this.underWay.length === 0 ? -1 : pick % this.underWay.length;
    const [message] = keep ? this.underWay.slice(at, at + 1) : this.underWay.splice(at, at < 0 ? 0 : 1);
    if (!message) return;
    const { definition, data, delivery } = message;
    const { acked } = await this.world.service.receives(definition, data as never, delivery);
    // Who is not told that it arrived sends it again.
    if (!acked && !keep) this.underWay.push(message);
  }

  /** Asked once more, and nothing gets lost. */
  async hearsAll(): Promise<void> {
    this.askAgain();
    while (this.underWay.length > 0) await this.arrives(0, false);
  }

  lose(pick: number): void {
    if (this.underWay.length > 0) this.underWay.splice(pick % this.underWay.length, 1);
  }

  /** The provider tells of one of the things that it did, whenever, and as often as it likes. */
  async isTold(pick: number): Promise<void> {
    const deeds = await this.world.provider.told(this.orderId);
    const deed = deeds[pick % deeds.length];
    if (!deed?.object || !(deed.act in eventTypes)) return;
    const event = anEvent(
      eventTypes[deed.act as keyof typeof eventTypes],
      deed.object,
      `evt_${deed.act}_${deed.object.id}`,
    );
    await insist(() => this.world.service.get(TakeProviderEvent).execute(readEvent(event)));
  }

  fails(operation: Fault['operation'], kind: Fault['kind']): Promise<void> {
    return this.fault({ operation, kind });
  }

  private authorizeOnce(): void {
    const amount = { amountMinor: this.buyer.amountMinor, currency: 'EUR' };
    const paymentMethod = this.buyer.cardWorks ? 'pm_card_visa' : 'pm_card_chargeDeclined';
    this.say(AuthorizePayment, { orderId: this.orderId, customerId: newId(), amount, paymentMethod });
  }

  /** Refunds are said as growing totals. */
  private askBack(part: number): void {
    const left = this.buyer.amountMinor - this.refundGoalMinor;
    if (left === 0) return;
    this.refundGoalMinor += 1 + (part % left);
    this.say(RefundPayment, { orderId: this.orderId, total: { amountMinor: this.refundGoalMinor, currency: 'EUR' } });
  }

  private say(definition: MessageDefinition, data: Record<string, unknown>, snapshot = false): void {
    this.commands.push({ definition, data });
    this.underWay.push({ definition, data, delivery: { id: newId(), version: (this.version += 1), snapshot } });
  }
}

const eventTypes = {
  authorized: 'payment_intent.amount_capturable_updated',
  captured: 'payment_intent.succeeded',
  canceled: 'payment_intent.canceled',
  declined: 'payment_intent.payment_failed',
  refunded: 'refund.created',
} as const satisfies Partial<Record<Deed['act'], string>>;

/** The worker, one look at a time. `crashes`: it dies with what it claimed. */
export async function work({ service }: PaymentsUnderTest, limit: number, crashes = false): Promise<number> {
  const claimed = await service.get(OperationRepository).claim(limit);
  if (crashes) return claimed.length;
  await Promise.all(claimed.map((operation) => service.get(PerformOperation).execute(operation)));
  return claimed.length;
}

/** All leases are over, and all waits. */
export async function timePasses({ service }: PaymentsUnderTest): Promise<void> {
  await service.database.rows(sql`
    UPDATE psp_operation SET lease_until = NULL, next_at = now() WHERE state IN ('QUEUED', 'SENT', 'NEEDS_REVIEW')`);
}

async function insist<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  }
}
