import type { Asked, OperationKind, Outcome, Wish } from '../../../apps/payment/src/payments/payment.machine.ts';
import type { Answer } from './catalog.ts';
import { type Message, message } from './channel.ts';
import { priceMinor } from './order-processor.ts';
import { once, oncePerPair, type Part, Pool } from './part.ts';
import { type Account, type Answer as Told, deeds, untouched } from './provider.ts';
import type { Rules } from './rules.ts';

/** A claimed operation. Without an answer the request is on its way; with one, the answer is, for any time. */
interface Request {
  readonly kind: OperationKind;
  readonly answer?: Told;
}

/** The payment's row, what was claimed of it, and what the provider has done. */
export interface Money extends Asked {
  readonly requests: readonly Request[];
  readonly account: Account;
}

export interface Progress extends Answer<Money> {
  readonly what: string;
  /** Only a crash does it. */
  readonly isFault?: boolean;
}

const nothingAsked: Money = {
  state: 'NONE',
  goal: 'authorize',
  amountMinor: 0,
  refundGoalMinor: 0,
  refundedMinor: 0,
  requests: [],
  account: untouched,
};
const price = { amountMinor: priceMinor, currency: 'EUR' };
const wishes: Readonly<Record<string, Wish>> = {
  AuthorizePayment: { goal: 'authorize', amount: price, paymentMethod: 'card' },
  CapturePayment: { goal: 'capture' },
  CancelPayment: { goal: 'cancel' },
  RefundPayment: { goal: 'refund', total: price },
};

/** What the use cases of payment do, around the machine that they run. */
export class Payment {
  readonly pool = new Pool<Money>();
  readonly nothingAsked = this.pool.of(nothingAsked);
  readonly #rules: Rules;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** MovePayment. */
  readonly obey = oncePerPair((before: Part<Money>, { what, snapshot }: Message): Answer<Money> => {
    const wanted = this.#rules.wishing<Money>(before, wishes[what]!);
    if (wanted && this.#rules.nextStep(wanted) !== 'illegal') return this.#advance(before, wanted, snapshot);
    return { after: before, wrong: `${what} is illegal: ${before.state}, asked to ${before.goal}` };
  });

  /** What the worker and the provider may do next. */
  readonly progress = once((money: Part<Money>): readonly Progress[] => [
    ...this.#claims(money),
    ...money.requests.flatMap((request) =>
      request.answer ? this.#settles(money, request) : this.#reaches(money, request),
    ),
  ]);

  #claims(money: Part<Money>): Progress[] {
    const { operation, requests } = money;
    if (!operation || operation.claimed) return [];
    const claimed = { operation: { ...operation, claimed: true }, requests: [...requests, { kind: operation.kind }] };
    return [{ what: `the ${operation.kind} is claimed and sent`, after: this.pool.of({ ...money, ...claimed }) }];
  }

  #reaches(money: Part<Money>, request: Request): Progress[] {
    return deeds(request.kind, money.account).map(([answer, account]) => ({
      what: `the ${request.kind} reaches the provider: ${answer}`,
      after: this.pool.of({ ...money, account, requests: replacing(money, request, { ...request, answer }) }),
    }));
  }

  #settles(money: Part<Money>, request: Request): Progress[] {
    const settled = { what: `the answer to the ${request.kind} is booked`, ...this.#settle(money, request) };
    if (this.#rules.isKeyFixed) return [settled];
    // Under its old key the provider would say the same again.
    const again = { kind: request.kind };
    const sent = this.pool.of({ ...money, requests: replacing(money, request, again) });
    return [settled, { what: `the answer is lost, the ${request.kind} is sent again`, after: sent, isFault: true }];
  }

  /** SettleOperation. */
  #settle(before: Part<Money>, { kind, answer }: Request): Answer<Money> {
    const outcome = (answer === 'refunded' ? { is: answer, totalMinor: priceMinor } : { is: answer }) as Outcome;
    const settled = this.#rules.settle(before, outcome);
    if (!settled) return { after: before, wrong: `${outcome.is} cannot come of ${kind}: ${before.state}` };
    const requests = before.requests.filter((each) => each.kind !== kind);
    const operation = before.operation?.kind === kind ? undefined : before.operation;
    return this.#advance(before, { ...before, ...settled, requests, operation }, false);
  }

  /** AdvancePayment: one transaction, so an operation that is unclaimed here can be dropped. */
  #advance(before: Part<Money>, wanted: Money, isDemanded: boolean): Answer<Money> {
    const step = this.#rules.nextStep(wanted);
    if (step === 'drop') return this.#advance(before, { ...wanted, operation: undefined }, isDemanded);
    if (step === 'illegal')
      return { after: before, wrong: `there is no next step: ${wanted.state}, asked to ${wanted.goal}` };
    const moves = step !== 'stay' && step !== 'wait';
    const after = moves ? this.#rules.stepped(wanted, step, (kind) => ({ kind, claimed: false })) : wanted;
    const isReported = this.#rules.isPaymentReported(before, after, isDemanded);
    const isSnapshot = this.#rules.isAnswerSnapshot(isDemanded);
    return { after: this.pool.of(after), report: isReported ? message(after.state, isSnapshot) : undefined };
  }
}

const replacing = ({ requests }: Money, one: Request, by: Request): Request[] =>
  requests.map((each) => (each === one ? by : each));
