import { wordsPerState } from './world.ts';

// Jest looks a global up anew each time, which takes longer than the multiplication.
const { imul } = Math;

const chunkBits = 16;
const statesPerChunk = 2 ** chunkBits;

/** Every state that was found, once: its number counts from 0 in the order in which they were found. */
export class StateStore {
  size = 0;
  readonly #chunks: Uint32Array[] = [];
  /** Open addressing; a slot holds the number of a state + 1. */
  #slots = new Uint32Array(2 ** 16);

  /** The number of the state; it is new when `size` has grown. */
  add(words: Uint32Array): number {
    if (this.size * 2 >= this.#slots.length) this.#grow();
    const slot = this.#slotOf(words);
    const known = this.#slots[slot]!;
    if (known > 0) return known - 1;
    this.#append(words);
    this.#slots[slot] = this.size;
    return this.size - 1;
  }

  read(number: number, words: Uint32Array): void {
    const chunk = this.#chunks[number >>> chunkBits]!;
    const at = (number & (statesPerChunk - 1)) * wordsPerState;
    for (let word = 0; word < wordsPerState; word += 1) words[word] = chunk[at + word]!;
  }

  #append(words: Uint32Array): void {
    const index = this.size >>> chunkBits;
    const chunk = (this.#chunks[index] ??= new Uint32Array(statesPerChunk * wordsPerState));
    chunk.set(words, (this.size & (statesPerChunk - 1)) * wordsPerState);
    this.size += 1;
  }

  #slotOf(words: Uint32Array): number {
    const mask = this.#slots.length - 1;
    let slot = hash(words) & mask;
    for (let held = this.#slots[slot]!; held > 0 && !this.#equals(held - 1, words); held = this.#slots[slot]!) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #equals(number: number, words: Uint32Array): boolean {
    const chunk = this.#chunks[number >>> chunkBits]!;
    const at = (number & (statesPerChunk - 1)) * wordsPerState;
    for (let word = 0; word < wordsPerState; word += 1) if (chunk[at + word] !== words[word]) return false;
    return true;
  }

  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    const words = new Uint32Array(wordsPerState);
    for (let number = 0; number < this.size; number += 1) {
      this.read(number, words);
      this.#slots[this.#slotOf(words)] = number + 1;
    }
  }
}

/** The finish of MurmurHash3 after each word: neighbouring numbers must not be neighbours here. */
function hash(words: Uint32Array): number {
  let mixed = 0x9e3779b9;
  for (let word = 0; word < wordsPerState; word += 1) {
    mixed = imul(mixed ^ words[word]!, 0x85ebca6b);
    mixed = imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return mixed >>> 0;
}
