import { Gate, type Message } from './message.ts';

export interface Piece {
  readonly quantity: number;
  readonly onShelf: number;
}

export interface Said {
  readonly says: string;
  readonly snapshot: boolean;
  readonly payload: Record<string, unknown>;
}

/** What a side was told that its table does not know. */
abstract class Side {
  readonly illegal: string[] = [];
  private readonly gate = new Gate();

  /** What it reports of that. */
  hear(message: Message): Said[] {
    return this.gate.admit(message).flatMap((each) => this.reporting(() => this.obey(each), each.snapshot));
  }

  /** What it reports after it did something: its state, where that changed or is demanded. */
  protected reporting(act: () => void, isDemanded = false): Said[] {
    const before = JSON.stringify(this.told());
    act();
    const told = this.told();
    const isSaid = told && (isDemanded || JSON.stringify(told) !== before);
    return isSaid ? [{ ...told, snapshot: isDemanded }] : [];
  }

  protected abstract obey(message: Message): void;
  protected abstract told(): Omit<Said, 'snapshot'> | undefined;
}

/** Catalog, as far as one order of several lines is concerned: all of it is held, or nothing. */
export class CatalogSide extends Side {
  state?: 'RESERVED' | 'REJECTED' | 'COMMITTED' | 'RELEASED';

  constructor(private readonly pieces: readonly Piece[]) {
    super();
  }

  /** Pieces of each line that are neither on the shelf nor sold. */
  get held(): number {
    return this.state === 'RESERVED' ? this.pieces.reduce((sum, { quantity }) => sum + quantity, 0) : 0;
  }

  protected obey({ says }: Message): void {
    const suffices = this.pieces.every(({ quantity, onShelf }) => quantity <= onShelf);
    if (says === 'ReserveStock' && this.state !== 'COMMITTED') this.state ??= suffices ? 'RESERVED' : 'REJECTED';
    else if (says === 'CommitStock' && this.state && 'RESERVED COMMITTED'.includes(this.state))
      this.state = 'COMMITTED';
    else if (says === 'ReleaseStock' && this.state !== 'COMMITTED')
      this.state = this.state === 'REJECTED' ? 'REJECTED' : 'RELEASED';
    else this.illegal.push(`${says} while ${this.state}`);
  }

  protected told() {
    return this.state && { says: this.state, payload: {} };
  }
}

type Kind = 'authorize' | 'capture' | 'void' | 'refund';
const ranks: Readonly<Record<string, number>> = { AuthorizePayment: 0, CapturePayment: 1, CancelPayment: 2 };

/** Payment, with a provider that answers when it likes. */
export class PaymentSide extends Side {
  state: 'NONE' | 'REQUESTED' | 'AUTHORIZED' | 'CAPTURED' | 'REFUNDED' | 'DECLINED' | 'VOIDED' = 'NONE';
  /** What the provider took and gave back. */
  takenMinor = 0;
  backMinor = 0;
  captures = 0;
  private goal = 0;
  private amountMinor = 0;
  private refundGoalMinor = 0;
  private operation?: { readonly kind: Kind; readonly amountMinor: number; isClaimed: boolean };

  get isOpen(): boolean {
    return this.operation !== undefined;
  }

  claim(): void {
    if (this.operation) this.operation.isClaimed = true;
  }

  /** The provider's definite answer, if it was asked: what it reports of that. */
  answer(isGood: boolean): Said[] {
    const { operation } = this;
    if (!operation?.isClaimed) return [];
    return this.reporting(() => {
      this.operation = undefined;
      this.settle(operation.kind, operation.amountMinor, isGood);
      this.step();
    });
  }

  protected obey({ says, payload }: Message): void {
    this.goal = Math.max(this.goal, ranks[says] ?? 0);
    if (says === 'AuthorizePayment' && this.state === 'NONE') {
      this.state = 'REQUESTED';
      this.amountMinor = amountOf(payload['amount']);
      this.open('authorize', this.amountMinor);
    }
    if (says === 'RefundPayment') this.refundGoalMinor = Math.max(this.refundGoalMinor, amountOf(payload['total']));
    const knows = ['CAPTURED', 'REFUNDED'].includes(this.state) && this.refundGoalMinor <= this.amountMinor;
    if (says === 'RefundPayment' && !knows) this.illegal.push(`${says} while ${this.state}`);
    if (says === 'CapturePayment' && ['NONE', 'REQUESTED'].includes(this.state)) this.illegal.push(`${says} too early`);
    this.step();
  }

  protected told() {
    return this.state === 'NONE'
      ? undefined
      : { says: this.state as string, payload: { refundedMinor: this.backMinor, needsReview: false } };
  }

  private settle(kind: Kind, amountMinor: number, isGood: boolean): void {
    if (kind === 'authorize') this.state = isGood ? 'AUTHORIZED' : 'DECLINED';
    if (kind === 'void') this.state = 'VOIDED';
    if (kind === 'capture' && !isGood) this.goal = 2;
    if (kind === 'capture' && isGood) {
      this.state = 'CAPTURED';
      this.captures += 1;
      this.takenMinor += amountMinor;
    }
    if (kind === 'refund') {
      this.backMinor += amountMinor;
      if (this.backMinor === this.takenMinor) this.state = 'REFUNDED';
    }
  }

  private step(): void {
    const isDropped = this.operation && !this.operation.isClaimed && this.goal === 2;
    if (isDropped && ['authorize', 'capture'].includes(this.operation?.kind ?? '')) this.operation = undefined;
    if (this.operation) return;
    const wantedMinor = this.goal === 2 ? this.amountMinor : this.refundGoalMinor;
    if (this.goal === 2 && ['NONE', 'REQUESTED'].includes(this.state)) this.state = 'VOIDED';
    if (this.state === 'AUTHORIZED' && this.goal === 1) this.open('capture', this.amountMinor);
    if (this.state === 'AUTHORIZED' && this.goal === 2) this.open('void', this.amountMinor);
    if (this.state === 'CAPTURED' && wantedMinor > this.backMinor) this.open('refund', wantedMinor - this.backMinor);
  }

  private open(kind: Kind, amountMinor: number): void {
    this.operation = { kind, amountMinor, isClaimed: false };
  }
}

const amountOf = (money: unknown): number => (money as { amountMinor: number }).amountMinor;
