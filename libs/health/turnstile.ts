import { Unavailable } from '@towpath/errors';

/** Lets so many work at once; so many more wait in line, and whoever comes then is turned away. */
export class Turnstile {
  private working = 0;
  private readonly line: (() => void)[] = [];

  constructor(
    private readonly maxWorking: number,
    private readonly maxWaiting = Infinity,
  ) {}

  /** Who is at work at this moment. */
  get inside(): number {
    return this.working;
  }

  /** @throws Unavailable when the line is full */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.working >= this.maxWorking) await this.wait();
    else this.working += 1;
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private wait(): Promise<void> {
    if (this.line.length >= this.maxWaiting) throw new Unavailable();
    return new Promise((resolve) => this.line.push(resolve));
  }

  /** The place goes to the next in line, if there is one. */
  private leave(): void {
    const next = this.line.shift();
    if (next) next();
    else this.working -= 1;
  }
}
