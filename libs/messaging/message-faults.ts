const kinds = ['drop', 'duplicate', 'reorder'] as const;
export type MessageFault = (typeof kinds)[number];

/** What happens to messages on their way: each fault with its probability, decided by a seed. */
export class MessageFaults {
  #state: number;

  private constructor(
    private readonly chances: Readonly<Record<MessageFault, number>>,
    seed: number,
  ) {
    this.#state = seed;
  }

  /** `drop=0.01,duplicate=0.05,reorder=0.05,seed=7`; undefined where there is none. @throws Error for anything else */
  static read(text: string | undefined): MessageFaults | undefined {
    if (!text) return undefined;
    const given = new Map(text.split(',').map((part) => part.split('=') as [string, string]));
    const take = (name: string, most: number) => {
      const value = given.has(name) ? Number(given.get(name)) : 0;
      given.delete(name);
      if (!(value >= 0 && value <= most)) throw new Error(`MESSAGE_FAULTS: ${name} must be from 0 to ${most}`);
      return value;
    };
    const chances = Object.fromEntries(kinds.map((kind) => [kind, take(kind, 1)])) as Record<MessageFault, number>;
    const seed = take('seed', 2 ** 32 - 1);
    if (given.size > 0) throw new Error(`MESSAGE_FAULTS: ${[...given.keys()].join(', ')} is no fault of messages`);
    return new MessageFaults(chances, seed);
  }

  /** What happens to the next message: one fault at most. */
  next(): MessageFault | undefined {
    let left = this.random();
    return kinds.find((kind) => (left -= this.chances[kind]) < 0);
  }

  /** A whole number. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  /** From 0 to 1, without 1. Mulberry32: 32 bits of state are enough to choose faults. */
  private random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
