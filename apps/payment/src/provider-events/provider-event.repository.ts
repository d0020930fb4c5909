import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from '@towpath/database';

/** Events of the provider that were taken; kept in the inbox, and forgotten as its messages are. */
@Injectable()
export class ProviderEventRepository {
  /** Waits for who takes the same event just now. @returns false when it was taken before */
  async note(tx: Transaction, eventId: string, aboutId: string): Promise<boolean> {
    const noted = await tx.run(sql`
      INSERT INTO inbox (consumer, message_id, aggregate_id, version)
      VALUES ('payment-provider', ${eventId}, ${aboutId}, 0) ON CONFLICT DO NOTHING`);
    return noted === 1;
  }
}
