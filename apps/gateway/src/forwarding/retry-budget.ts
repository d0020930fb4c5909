const share = 0.1;
const most = 10;

/** Lets a tenth as many requests be sent once more as have succeeded, so that trying again never makes an outage worse. */
export class RetryBudget {
  private left = most;

  succeeded(): void {
    this.left = Math.min(most, this.left + share);
  }

  /** Whether one more may be sent again. */
  take(): boolean {
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
