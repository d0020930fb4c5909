import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Answer, Book, type PaymentIntent, type Refund, type Result } from './book.ts';
import type { Told } from './events.ts';
import { Faults, refusal, type RequestFault, type WebhookFault } from './faults.ts';
import type { Form } from './form.ts';
import { Journal } from './journal.ts';
import { type Operation, route } from './routes.ts';
import { apiError, StripeError } from './stripe-error.ts';

const keyLifetimeMs = 24 * 60 * 60 * 1000;

/** One line of the log. */
interface Entry {
  n: number;
  at: string;
  act: Result['act'];
  object?: PaymentIntent | Refund;
  idempotency?: { key: string; fingerprint: string };
  answer: Answer;
}

type Remembered = Pick<Entry, 'at' | 'answer'> & { fingerprint: string };

export interface Request {
  method: string;
  path: string;
  form: Form;
  idempotencyKey?: string;
}

export interface Reply extends Answer {
  replayed?: boolean;
  /** The connection breaks instead of the answer. */
  lost?: boolean;
}

type Tell = (entry: Told, fault?: WebhookFault) => void;

/** The provider without its HTTP: what it does, remembers and says again. */
export class Provider {
  readonly faults = new Faults();
  private readonly book = new Book();
  private readonly remembered = new Map<string, Remembered>();
  private readonly inFlight = new Set<string>();
  private readonly closing = new AbortController();
  private journal!: Journal<Entry>;
  private entries = 0;
  private readonly tell: Tell;

  private constructor(tell: Tell) {
    this.tell = tell;
  }

  /** `tell` hears of everything that is on disk: of what was there before, then of what comes. */
  static async open(logFile: string, tell: Tell = () => {}): Promise<Provider> {
    const provider = new Provider(tell);
    provider.journal = await Journal.open<Entry>(logFile, (entry) => {
      provider.take(entry);
      tell(entry);
    });
    return provider;
  }

  /** Cuts delays short; what has begun is finished by whoever waits for its answer. */
  stop(): void {
    this.closing.abort();
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  /** @throws StripeError for what is not remembered under the request's key. */
  async handle(request: Request): Promise<Reply> {
    const { operation, method, id, prepare } = route(request.method, request.path);
    const fingerprint = digest(`${request.path} ${request.form.canonical}`);
    const orderId = this.orderOf(request.form, id);
    const key = method === 'POST' ? request.idempotencyKey : undefined;
    const known = key === undefined ? undefined : this.recall(key, fingerprint);
    if (known) {
      await this.journal.settled();
      return { ...known, replayed: true };
    }

    const run = prepare(request.form, id);
    return this.once(key, async () => {
      const fault = this.faults.take(operation, orderId);
      await this.delay(fault);
      const done = attempt(operation, fault, () => run(this.book));
      const kept = 'act' in done && (done.act !== 'refused' || key !== undefined);
      const entry = kept ? this.record(done, key === undefined ? undefined : { key, fingerprint }) : undefined;
      await this.journal.settled();
      if (entry?.object) this.tell(entry, this.faults.take('webhook', orderId));
      return { ...done.answer, lost: fault?.kind === 'drop_answer' };
    });
  }

  /** A delayed request has no effect yet; closing cuts the delay, and then it has none at all. */
  private async delay(fault: RequestFault | undefined): Promise<void> {
    if (fault?.kind === 'delay') {
      await sleep(fault.ms, undefined, { signal: this.closing.signal }).catch(() => {
        throw new StripeError(503, { type: 'api_error', message: 'The sandbox is stopping.' });
      });
    }
  }

  private recall(key: string, fingerprint: string): Answer | undefined {
    if (this.inFlight.has(key)) {
      throw new StripeError(409, {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: `There is currently another in-progress request using this idempotency key: ${key}.`,
      });
    }
    const known = this.remembered.get(key);
    if (!known || Date.parse(known.at) + keyLifetimeMs < Date.now()) {
      return undefined;
    }
    if (known.fingerprint !== fingerprint) {
      throw new StripeError(400, {
        type: 'idempotency_error',
        message: `Keys for idempotent requests can only be used with the same parameters they were first used with: ${key}.`,
      });
    }
    return known.answer;
  }

  private async once<T>(key: string | undefined, work: () => Promise<T>): Promise<T> {
    if (key === undefined) {
      return work();
    }
    this.inFlight.add(key);
    return work().finally(() => this.inFlight.delete(key));
  }

  private record(result: Result, idempotency: Entry['idempotency']): Entry {
    const entry: Entry = { n: this.entries + 1, at: new Date().toISOString(), ...result, idempotency };
    this.take(entry);
    this.journal.append(entry);
    return entry;
  }

  private take(entry: Entry): void {
    this.entries = entry.n;
    this.book.apply(entry.object);
    if (entry.idempotency) {
      const { key, fingerprint } = entry.idempotency;
      this.remembered.set(key, { at: entry.at, fingerprint, answer: entry.answer });
    }
  }

  private orderOf(form: Form, id: string): string | undefined {
    const intent = this.book.intent(id || (form.peek('payment_intent') ?? ''));
    return intent?.metadata.order_id ?? form.peek('metadata[order_id]');
  }
}

function attempt(
  operation: Operation,
  fault: RequestFault | undefined,
  run: () => Answer | Result,
): Result | { answer: Answer } {
  try {
    if (fault?.kind === 'refuse') {
      throw refusal(operation);
    }
    const done = run();
    const result = 'answer' in done ? done : { answer: done };
    if (fault?.kind === 'wrong_amount' && 'act' in result) return overcharged(result);
    return fault?.kind === 'fail_after_charging' ? { ...result, answer: serverError } : result;
  } catch (error) {
    if (error instanceof StripeError) {
      return { act: 'refused', answer: { status: error.status, body: error.body } };
    }
    throw error;
  }
}

/** One minor unit more than was asked for is held. */
function overcharged(result: Result): Result {
  if (result.object?.object !== 'payment_intent') return result;
  const { amount, amount_capturable } = result.object;
  const object = { ...result.object, amount: amount + 1, amount_capturable: amount_capturable && amount + 1 };
  return { ...result, object, answer: { status: 200, body: object } };
}

const { status, body } = apiError('Something went wrong after your request was carried out.');
const serverError: Answer = { status, body };

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
