/** Work that waits for Redis. All of it is let go at once when there will be no answer. */
export class Waiting {
  private readonly all = new Set<(reason: Error) => void>();

  /** What the work resolves with. @throws what it rejects with, what {@link letGo} is given, or an Error after `ms` */
  within<T>(ms: number, work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        // An answer may have arrived while this process was busy: it is read before this is called.
        setImmediate(() => giveUp(new Error(`no answer within ${ms} ms`)));
      }, ms);
      const end = () => {
        clearTimeout(timer);
        this.all.delete(giveUp);
      };
      const giveUp = (reason: Error) => {
        end();
        reject(reason);
      };
      this.all.add(giveUp);
      work.finally(end).then(resolve, reject);
    });
  }

  letGo(reason: Error): void {
    for (const giveUp of [...this.all]) giveUp(reason);
  }
}
