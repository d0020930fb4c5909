import { Injectable } from '@nestjs/common';
import { Audit, type AuditAction } from '@towpath/audit';
import { Database, type Transaction } from '@towpath/database';

import { type DeadLetter, DeadLetterRepository } from './dead-letter.repository.ts';
import { HandlerFailed, Handling } from './handling.ts';
import { Understanding } from './understanding.ts';

/** A dead letter stays as it is; the message says why. */
export class DeadLetterStays extends Error {}

interface Resolved {
  readonly letter: DeadLetter;
  readonly by: string;
  readonly why: string;
  readonly action: AuditAction;
}

/** What a person can do about messages that failed for good. */
@Injectable()
export class DeadLetters {
  constructor(
    private readonly database: Database,
    private readonly repository: DeadLetterRepository,
    private readonly understanding: Understanding,
    private readonly handling: Handling,
    private readonly audit: Audit,
  ) {}

  /** The oldest first. */
  list(limit = 100): Promise<DeadLetter[]> {
    return this.repository.open(limit);
  }

  /** @throws DeadLetterStays when there is none, or it is resolved */
  async show(id: string): Promise<DeadLetter> {
    const letter = await this.repository.find(id);
    if (!letter)
      throw new DeadLetterStays(`There is no open dead letter ${id}. "dead-letters list" shows those that there are.`);
    return letter;
  }

  /**
   * Handles the message again, under its own id, and then what waited behind it: all of it or nothing.
   * @throws DeadLetterStays when it fails again
   */
  async redrive(id: string, by: string, why: string): Promise<void> {
    const letter = await this.show(id);
    const understood = this.understanding.read(letter.envelope);
    if ('unintelligible' in understood)
      throw new DeadLetterStays(`It still cannot be understood: ${understood.unintelligible.error}`);
    const resolved: Resolved = { letter, by, why, action: 'dead-letter.redriven' };
    await this.resolving(resolved, async (tx) => void (await this.handling.retake(tx, understood.envelope)));
  }

  /** Goes on without the message. @throws DeadLetterStays when what waits behind it fails */
  async discard(id: string, by: string, why: string): Promise<void> {
    const letter = await this.show(id);
    const understood = this.understanding.read(letter.envelope);
    const resolved: Resolved = { letter, by, why, action: 'dead-letter.discarded' };
    await this.resolving(resolved, async (tx) => {
      if ('envelope' in understood) await this.handling.skip(tx, understood.envelope);
    });
  }

  private async resolving(
    { letter, by, why, action }: Resolved,
    act: (tx: Transaction) => Promise<void>,
  ): Promise<void> {
    try {
      await this.database.transaction(async (tx) => {
        const resolution = `${action === 'dead-letter.redriven' ? 'redriven' : 'discarded'}: ${why}`;
        if (!(await this.repository.resolve(tx, letter.id, by, resolution)))
          throw new DeadLetterStays('Somebody else has just resolved it.');
        const { message_id: messageId, aggregate_type: topic, aggregate_id: aggregateId } = letter;
        const detail = { messageId, topic, aggregateId, why };
        await this.audit.record(tx, { actor: `operator:${by}`, action, subject: letter.id, detail });
        await act(tx);
      });
    } catch (error) {
      if (!(error instanceof HandlerFailed)) throw error;
      throw new DeadLetterStays(`${error.envelope.type} failed again, nothing has changed: ${String(error.cause)}`, {
        cause: error,
      });
    }
  }
}
