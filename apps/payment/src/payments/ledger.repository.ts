import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from '@towpath/database';
import { type Money, negate } from '@towpath/money';

/** `provider`: what the provider holds for us. `sales`: what customers paid. `refunds`: what they got back. */
export type Account = 'provider' | 'sales' | 'refunds';

export interface Transfer {
  /** Of the operation that made it. */
  readonly id: string;
  readonly from: Account;
  readonly to: Account;
  readonly amount: Money;
}

/** Double entry, append-only: the database refuses a transfer out of balance and any change of what was booked. */
@Injectable()
export class LedgerRepository {
  async book(tx: Transaction, { id, from, to, amount }: Transfer): Promise<void> {
    await tx.run(sql`
      INSERT INTO ledger_entry (transfer_id, account, amount_minor, currency)
      VALUES (${id}, ${from}, ${negate(amount).amountMinor}, ${amount.currency}),
             (${id}, ${to}, ${amount.amountMinor}, ${amount.currency})`);
  }
}
