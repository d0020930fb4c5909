import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from '@towpath/database';

@Injectable()
export class SessionRepository {
  async open(tx: Transaction, id: string, accountId: string): Promise<void> {
    await tx.run(sql`INSERT INTO session (id, account_id) VALUES (${id}, ${accountId})`);
  }
}
