import type { OperationKind, Outcome } from '../../../apps/payment/src/payments/payment.machine.ts';

/** What the payment provider has ever done for the order. */
export interface Account {
  readonly held: number;
  readonly taken: number;
  readonly letGo: number;
  readonly givenBack: number;
}

export type Answer = Outcome['is'];
type Deed = readonly [Answer, Account];

export const untouched: Account = { held: 0, taken: 0, letGo: 0, givenBack: 0 };

/** What a request that reaches the provider may come to. What it refuses is looked up, and what is true is the answer. */
export function deeds(kind: OperationKind, account: Account): readonly Deed[] {
  const { held, taken, letGo, givenBack } = account;
  switch (kind) {
    case 'authorize':
      return [
        ['authorized', { ...account, held: held + 1 }],
        ['declined', account],
      ];
    case 'capture':
      if (held === 0) return [[taken > 0 ? 'captured' : 'voided', account]];
      return [
        ['captured', { ...account, held: held - 1, taken: taken + 1 }],
        ['captureRefused', account],
      ];
    case 'void':
      if (held === 0) return [[taken > 0 ? 'captured' : 'voided', account]];
      return [['voided', { ...account, held: held - 1, letGo: letGo + 1 }]];
    case 'refund':
      return [['refunded', taken > givenBack ? { ...account, givenBack: givenBack + 1 } : account]];
  }
}
