import { Injectable } from '@nestjs/common';

/** Wakes the provider worker of this process. A signal that nobody hears costs one poll. */
@Injectable()
export class OperationSignal {
  private wake = (): void => {};

  listen(wake: () => void): void {
    this.wake = wake;
  }

  queued(): void {
    this.wake();
  }
}
