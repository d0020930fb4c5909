import { once, oncePerPair, type Part, Pool } from './part.ts';
import type { Rules } from './rules.ts';

/** `snapshot`: it was said again by the sweep, or answers what was. */
export interface Said {
  readonly what: string;
  readonly snapshot: boolean;
}
export type Message = Part<Said>;

const messages = new Pool<Said>();
export const message = (what: string, snapshot: boolean): Message => messages.of({ what, snapshot });

/** A message that may still have an effect. Its version counts from the cursor: the next in order has 1. */
interface Entry {
  readonly version: number;
  readonly message: Message;
  readonly jumps: boolean;
  /** On its way; it may arrive, and if it does so twice it stays on its way. */
  readonly flying: boolean;
  readonly buffered: boolean;
  /** Failed for good: a dead letter. */
  readonly dead: boolean;
}

/** One stream with the cursor and the gap buffer of its reader. Versions count from the cursor, so a chat is a circle. */
export interface Stream {
  /** Of the last message that was said. */
  readonly last: number;
  readonly blocked: boolean;
  readonly entries: readonly Entry[];
}

export interface Handled {
  readonly message: Message;
  /** With it the reader has heard all that was said so far. */
  readonly isLast: boolean;
}

/** What may happen to a stream. */
export interface Arrival {
  readonly kind: 'deliver' | 'duplicate' | 'block' | 'lose' | 'redrive' | 'discard';
  readonly what: string;
  readonly after: Part<Stream>;
  readonly handled: readonly Handled[];
}

export type ChannelName = 'orders' | 'stockCommands' | 'paymentCommands' | 'stock' | 'payments';

const nowhere = { flying: false, buffered: false, dead: false };

/** One topic: what is said on it, and what its reader's gate makes of it. */
export class Channel {
  readonly pool = new Pool<Stream>();
  readonly empty = this.pool.of({ last: 0, blocked: false, entries: [] });
  readonly name: ChannelName;
  readonly #carries: 'reports' | 'goals';
  readonly #rules: Rules;

  constructor(name: ChannelName, carries: 'reports' | 'goals', rules: Rules) {
    this.name = name;
    this.#carries = carries;
    this.#rules = rules;
  }

  readonly say = oncePerPair((stream: Part<Stream>, said: Message) => {
    const version = stream.last + 1;
    const jumps = this.#rules.mayJump(said.snapshot, this.#carries);
    const entry = { ...nowhere, version, message: said, jumps, flying: true };
    return this.pool.of({ ...stream, last: version, entries: [...stream.entries, entry] });
  });

  readonly arrivals = once((stream: Part<Stream>): readonly Arrival[] =>
    stream.entries.flatMap((entry) => [
      ...(entry.flying ? this.#arrivalsOf(stream, entry) : []),
      ...(entry.dead ? this.#resolutions(stream, entry) : []),
    ]),
  );

  /** Nothing is on its way and nothing failed: whatever else is to come must be asked for. */
  readonly isQuiet = once((stream: Part<Stream>) => !stream.entries.some(({ flying, dead }) => flying || dead));

  readonly hasWaiting = once(
    (stream: Part<Stream>) => stream.blocked || stream.entries.some(({ buffered }) => buffered),
  );

  #arrivalsOf(stream: Part<Stream>, entry: Entry): Arrival[] {
    const landed = replacing(stream, entry, { flying: false });
    const delivered = this.#take(landed, landed.entries[stream.entries.indexOf(entry)]!);
    const again = this.#take(stream, entry);
    const lost = this.#settled(landed);
    return [
      { kind: 'deliver', what: toText(entry), ...delivered },
      // What comes twice only matters where the second one could still have an effect.
      ...(again.after === delivered.after ? [] : [{ kind: 'duplicate' as const, what: toText(entry), ...again }]),
      ...this.#failures(landed, landed.entries[stream.entries.indexOf(entry)]!),
      { kind: 'lose', what: toText(entry), after: lost, handled: [] },
    ];
  }

  /** Any of the messages that are handled when this one arrives may be the one that fails for good. */
  #failures(stream: Stream, entry: Entry): Arrival[] {
    if (this.#rules.admit({ version: 0, blocked: stream.blocked }, entry) !== 'apply') return [];
    return this.#letIn(stream, entry).map((failing, poison) => ({
      kind: 'block',
      what: `${toText(failing)}${failing === entry ? '' : `, released by ${toText(entry)},`}`,
      ...this.#apply(stream, entry, poison),
    }));
  }

  /** What a person may do about a dead letter: have it handled again, or go on behind it as if it had been. */
  #resolutions(stream: Stream, entry: Entry): Arrival[] {
    const unblocked = { ...replacing(stream, entry, { dead: false }), blocked: false };
    const again = unblocked.entries[stream.entries.indexOf(entry)]!;
    const skipped = this.#apply(unblocked, again);
    return [
      { kind: 'redrive', what: toText(entry), ...this.#take(unblocked, again) },
      { kind: 'discard', what: toText(entry), after: skipped.after, handled: skipped.handled.slice(1) },
    ];
  }

  /** As libs/messaging/handling.ts does it, in one transaction. */
  #take(stream: Stream, entry: Entry): Pick<Arrival, 'after' | 'handled'> {
    const decision = this.#rules.admit({ version: 0, blocked: stream.blocked }, entry);
    if (decision === 'apply') return this.#apply(stream, entry);
    if (decision === 'stale') return { after: this.#settled(stream), handled: [] };
    const kept = stream.entries.map((each) =>
      each.buffered && this.#rules.replaces(entry, each) ? { ...each, buffered: false } : each,
    );
    const entries = kept.map((each) => (each.version === entry.version ? { ...each, buffered: true } : each));
    return { after: this.#settled({ ...stream, entries }), handled: [] };
  }

  #letIn(stream: Stream, entry: Entry): Entry[] {
    const buffered = stream.entries.filter((each) => each.buffered);
    return [entry, ...this.#rules.released({ version: entry.version, blocked: false }, buffered)];
  }

  #apply(stream: Stream, entry: Entry, poison?: number): Pick<Arrival, 'after' | 'handled'> {
    const all = this.#letIn(stream, entry);
    const done = all.slice(0, poison);
    const version = Math.max(0, ...done.map((each) => each.version));
    const buffered = stream.entries.filter((each) => each.buffered);
    const waiting = new Set(done.length > 0 ? this.#rules.waiting({ version, blocked: false }, buffered) : buffered);
    const dead = poison === undefined ? undefined : all[poison];
    const entries = stream.entries.map((each) => ({
      ...each,
      version: each.version - version,
      buffered: waiting.has(each) && each !== dead,
      dead: each.dead || each === dead,
    }));
    const after = { last: stream.last - version, blocked: dead !== undefined, entries };
    const handled = done.map((each) => ({ message: each.message, isLast: each.version === stream.last }));
    return { after: this.#settled(after), handled };
  }

  /** Without what can have no effect any more. */
  #settled(stream: Stream): Part<Stream> {
    const entries = stream.entries
      .map((entry) => (entry.flying && this.#isStale(entry) ? { ...entry, flying: false } : entry))
      .filter(({ flying, buffered, dead }) => flying || buffered || dead);
    return this.pool.of({ ...stream, entries });
  }

  #isStale(entry: Entry): boolean {
    return this.#rules.admit({ version: 0, blocked: false }, entry) === 'stale';
  }
}

function replacing(stream: Stream, entry: Entry, by: Partial<Entry>): Stream {
  return { ...stream, entries: stream.entries.map((each) => (each === entry ? { ...each, ...by } : each)) };
}

export const toText = ({ message: { what, snapshot } }: { readonly message: Message }): string =>
  snapshot ? `${what} (snapshot)` : what;
