/** Many whole numbers below 2^32, without an object for each. */
export class NumberList {
  size = 0;
  #numbers = new Uint32Array(1024);

  push(number: number): void {
    if (this.size === this.#numbers.length) {
      const more = new Uint32Array(this.size * 2);
      more.set(this.#numbers);
      this.#numbers = more;
    }
    this.#numbers[this.size] = number;
    this.size += 1;
  }

  at(index: number): number {
    return this.#numbers[index]!;
  }

  set(index: number, number: number): void {
    this.#numbers[index] = number;
  }
}
