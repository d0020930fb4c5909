/** What may happen to something: each kind with its probability, decided by a seed. For test builds. */
export class Chances<Kind extends string> {
  #state: number;

  private constructor(
    private readonly kinds: readonly Kind[],
    private readonly chances: Readonly<Record<Kind, number>>,
    seed: number,
  ) {
    this.#state = seed;
  }

  /** `drop=0.01,duplicate=0.05,seed=7`; undefined where there is none. @throws Error naming the setting for anything else */
  static read<Kind extends string>(
    setting: string,
    kinds: readonly Kind[],
    text: string | undefined,
  ): Chances<Kind> | undefined {
    if (!text) return undefined;
    const given = new Map(text.split(',').map((part) => part.split('=') as [string, string]));
    const take = (name: string, most: number) => {
      const value = given.has(name) ? Number(given.get(name)) : 0;
      given.delete(name);
      if (!(value >= 0 && value <= most)) throw new Error(`${setting}: ${name} must be from 0 to ${most}`);
      return value;
    };
    const chances = Object.fromEntries(kinds.map((kind) => [kind, take(kind, 1)])) as Record<Kind, number>;
    const seed = take('seed', 2 ** 32 - 1);
    if (given.size > 0) throw new Error(`${setting}: there is no ${[...given.keys()].join(', ')}`);
    return new Chances(kinds, chances, seed);
  }

  /** What happens next: one kind at most. */
  next(): Kind | undefined {
    let left = this.random();
    return this.kinds.find((kind) => (left -= this.chances[kind]) < 0);
  }

  /** A whole number. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  /** From 0 to 1, without 1. Mulberry32: 32 bits of state are enough to choose. */
  private random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
