/** A part of a state. Equal parts are one object with one small number, so a state is stored and compared as numbers. */
export type Part<T> = Readonly<T> & { readonly id: number };

/** All parts of one kind. */
export class Pool<T extends object> {
  readonly #byKey = new Map<string, Part<T>>();
  readonly #byId: Part<T>[] = [];

  of(value: T): Part<T> {
    const content = Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'id'));
    const key = JSON.stringify(content, inOrder);
    const known = this.#byKey.get(key);
    if (known) return known;
    if (this.#byId.length === 2 ** 16)
      throw new Error('A part has more than 65,536 values: a state has no room for it.');
    const part = Object.freeze({ ...content, id: this.#byId.length }) as Part<T>;
    this.#byKey.set(key, part);
    this.#byId.push(part);
    return part;
  }

  at(id: number): Part<T> {
    return this.#byId[id]!;
  }
}

/** What is computed once for each part. */
export function once<P extends { readonly id: number }, R>(compute: (part: P) => R): (part: P) => R {
  const known: R[] = [];
  return (part) => (known[part.id] ??= compute(part));
}

/** What is computed once for each pair of parts. */
export function oncePerPair<P extends { readonly id: number }, Q extends { readonly id: number }, R>(
  compute: (one: P, other: Q) => R,
): (one: P, other: Q) => R {
  const known: R[][] = [];
  return (one, other) => ((known[one.id] ??= [])[other.id] ??= compute(one, other));
}

/** The same content is the same text, in whatever order it was put together. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
