import { type Operation, operations } from './routes.ts';
import { invalidRequest, StripeError } from './stripe-error.ts';

const kinds = ['delay', 'fail_after_charging', 'drop_answer', 'refuse', 'wrong_amount'] as const;
const webhookKinds = ['delay', 'duplicate', 'lose', 'wrong_amount', 'wrong_currency'] as const;

interface Common {
  /** Of a delay, before anything happens. */
  ms: number;
  times: number;
  orderId?: string;
}

/** What goes wrong with the next `times` requests for `operation` (of `orderId`, when it is given). */
export interface RequestFault extends Common {
  operation: Operation;
  kind: (typeof kinds)[number];
}

/** What goes wrong with telling of the next `times` things that happen. */
export interface WebhookFault extends Common {
  operation: 'webhook';
  kind: (typeof webhookKinds)[number];
}

export type Fault = RequestFault | WebhookFault;

/** The faults asked for and not yet used up. */
export class Faults {
  private pending: Fault[] = [];

  /** @throws StripeError that says what a fault looks like. */
  add(wanted: unknown): Fault {
    const fault = { ms: 0, times: 1, ...(wanted as Partial<Fault>) } as Fault;
    const valid =
      isKnown(fault) &&
      Number.isInteger(fault.ms) &&
      Number.isInteger(fault.times) &&
      fault.times > 0 &&
      ['string', 'undefined'].includes(typeof fault.orderId);
    if (!valid) {
      throw invalidRequest(
        `A fault is { operation: ${operations.join(' | ')}, kind: ${kinds.join(' | ')}, ms?, times?, orderId? } with ` +
          `wrong_amount for create only, or { operation: webhook, kind: ${webhookKinds.join(' | ')}, … }.`,
      );
    }
    this.pending.push(fault);
    return fault;
  }

  all(): readonly Fault[] {
    return this.pending;
  }

  clear(): void {
    this.pending = [];
  }

  /** The fault for this request, which counts as used. */
  take<O extends Fault['operation']>(
    operation: O,
    orderId: string | undefined,
  ): Extract<Fault, { operation: O }> | undefined;
  take(operation: Fault['operation'], orderId: string | undefined): Fault | undefined {
    const fault = this.pending.find(
      (one) => one.operation === operation && (one.orderId === undefined || one.orderId === orderId),
    );
    if (fault) {
      fault.times -= 1;
      this.pending = this.pending.filter((one) => one.times > 0);
    }
    return fault;
  }
}

function isKnown({ operation, kind }: Fault): boolean {
  const known: readonly string[] = operation === 'webhook' ? webhookKinds : operations.includes(operation) ? kinds : [];
  return known.includes(kind) && (kind !== 'wrong_amount' || ['create', 'webhook'].includes(operation));
}

/** What a provider says that will not do it. */
export const refusal = (operation: Operation): StripeError =>
  operation === 'create'
    ? new StripeError(402, {
        type: 'card_error',
        code: 'card_declined',
        decline_code: 'do_not_honor',
        message: 'Your card was declined.',
      })
    : invalidRequest('The sandbox was told to refuse this.', {
        code: operation === 'capture' ? 'charge_expired_for_capture' : 'resource_unavailable',
      });
