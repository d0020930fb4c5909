import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** A line of the payment provider's log, as far as it is read here. */
interface Line {
  readonly act: 'authorized' | 'declined' | 'captured' | 'canceled' | 'refunded' | 'refused';
  readonly object?: Intent | Refund;
}

interface Intent {
  readonly object: 'payment_intent';
  readonly id: string;
  readonly amount: number;
  readonly amount_received: number;
  readonly currency: string;
  readonly status: string;
  readonly metadata: { readonly order_id?: string };
}

interface Refund {
  readonly object: 'refund';
  readonly id: string;
  readonly amount: number;
  readonly payment_intent: string;
}

/** Money of a customer, as the provider has it. */
export interface Charge {
  readonly id: string;
  /** `none`: the provider was not told. */
  readonly orderId: string;
  readonly currency: string;
  /** What was asked for, as the provider understood it. */
  readonly amountMinor: number;
  /** Times that money was taken for it. */
  readonly captures: number;
  readonly takenMinor: number;
  readonly refundedMinor: number;
  /** The money is held and neither taken nor let go. */
  readonly isHeld: boolean;
}

/** The provider's own story: independent of anything that the shop wrote down. */
export class ProviderBook {
  /** Everything that ever held or took money, by order. Declined ones did neither. */
  readonly charges: ReadonlyMap<string, readonly Charge[]>;
  readonly lines: number;

  private constructor(charges: readonly Charge[], lines: number) {
    this.charges = Map.groupBy(charges, ({ orderId }) => orderId);
    this.lines = lines;
  }

  static async read(logFile: string): Promise<ProviderBook> {
    const charges = new Map<string, Charge>();
    let lines = 0;
    for await (const text of createInterface({ input: createReadStream(logFile), crlfDelay: Infinity })) {
      const line = parsed(text);
      if (!line) continue;
      lines += 1;
      take(charges, line);
    }
    return new ProviderBook([...charges.values()], lines);
  }

  of(orderId: string): readonly Charge[] {
    return this.charges.get(orderId) ?? [];
  }
}

/** What the order cost its customer in the end. */
export const kept = (charges: readonly Charge[]): number =>
  charges.reduce((sum, { takenMinor, refundedMinor }) => sum + takenMinor - refundedMinor, 0);

function take(charges: Map<string, Charge>, { act, object }: Line): void {
  if (object?.object === 'refund') {
    const charge = charges.get(object.payment_intent);
    if (charge) charges.set(charge.id, { ...charge, refundedMinor: charge.refundedMinor + object.amount });
  } else if (object && act !== 'declined' && act !== 'refused') {
    const before = charges.get(object.id);
    charges.set(object.id, {
      id: object.id,
      orderId: object.metadata.order_id ?? 'none',
      currency: object.currency.toUpperCase(),
      amountMinor: object.amount,
      captures: (before?.captures ?? 0) + (act === 'captured' ? 1 : 0),
      takenMinor: object.amount_received,
      refundedMinor: before?.refundedMinor ?? 0,
      isHeld: object.status === 'requires_capture',
    });
  }
}

/** The last line may be cut short by a crash: then it was never answered. */
function parsed(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
