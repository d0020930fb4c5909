import { Injectable } from '@nestjs/common';

import { OutboxRepository } from './outbox.repository.ts';

export const outboxChannel = 'outbox';

/** Tells the relay that a message was stored: at once in this process, by NOTIFY in another. Losing a signal costs one poll. */
@Injectable()
export class OutboxSignal {
  #here: (bucket: number) => boolean = () => false;
  #underWay = false;
  #again = false;

  constructor(private readonly repository: OutboxRepository) {}

  /** The relay of this process listens; it tells whether it serves the bucket. */
  connect(here: (bucket: number) => boolean): void {
    this.#here = here;
  }

  stored(bucket: number): void {
    if (!this.#here(bucket)) void this.notify();
  }

  private async notify(): Promise<void> {
    this.#again = this.#underWay;
    if (this.#underWay) return;
    this.#underWay = true;
    await this.repository.notify(outboxChannel).catch(() => undefined);
    this.#underWay = false;
    if (this.#again) await this.notify();
  }
}
