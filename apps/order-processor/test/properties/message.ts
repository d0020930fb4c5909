export type Stream = 'orders' | 'stock.commands' | 'payment.commands' | 'stock' | 'payments';

/** A message between an order and its sides, with its place in its stream. */
export interface Message {
  readonly id: string;
  readonly stream: Stream;
  readonly version: number;
  readonly snapshot: boolean;
  /** `ReserveStock`, `OrderPlaced`, `RESERVED`, `CAPTURED` … */
  readonly says: string;
  readonly payload: Record<string, unknown>;
}

/** What a consumer lets through of one stream, as order-flow has it; not the gate of the product, which is under test. */
export class Gate {
  version = 0;
  private readonly early = new Map<number, Message>();

  /** What is to be handled now, in order: the message, and what waited for it. */
  admit(message: Message): Message[] {
    if (message.version <= this.version) return [];
    if (!mayJump(message) && message.version > this.version + 1) {
      this.early.set(message.version, message);
      return [];
    }
    const admitted: Message[] = [];
    for (let next: Message | undefined = message; next; next = this.waiting()) {
      this.version = next.version;
      admitted.push(next);
    }
    return admitted;
  }

  private waiting(): Message | undefined {
    for (const version of this.early.keys()) if (version <= this.version) this.early.delete(version);
    const jumping = [...this.early.values()].filter(mayJump).sort((one, other) => other.version - one.version);
    return this.early.get(this.version + 1) ?? jumping[0];
  }
}

const mayJump = ({ snapshot, stream }: Message): boolean => snapshot || stream.endsWith('.commands');
