import type { Transaction } from '@towpath/database';
import {
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRequested,
  payments,
  PaymentVoided,
} from '@towpath/messages';
import { Consumer, On } from '@towpath/messaging';

import { AdvanceOrder } from './advance-order.use-case.ts';

@Consumer(payments)
export class PaymentConsumer {
  constructor(private readonly advance: AdvanceOrder) {}

  @On(PaymentRequested)
  onRequested({ orderId, ...told }: PaymentRequested, tx: Transaction) {
    return this.advance.hear(tx, orderId, 'REQUESTED', told);
  }

  @On(PaymentAuthorized)
  onAuthorized({ orderId, ...told }: PaymentAuthorized, tx: Transaction) {
    return this.advance.hear(tx, orderId, 'AUTHORIZED', told);
  }

  @On(PaymentDeclined)
  onDeclined({ orderId, ...told }: PaymentDeclined, tx: Transaction) {
    return this.advance.hear(tx, orderId, 'DECLINED', told);
  }

  @On(PaymentCaptured)
  onCaptured({ orderId, ...told }: PaymentCaptured, tx: Transaction) {
    return this.advance.hear(tx, orderId, 'CAPTURED', told);
  }

  @On(PaymentVoided)
  onVoided({ orderId, ...told }: PaymentVoided, tx: Transaction) {
    return this.advance.hear(tx, orderId, 'VOIDED', told);
  }

  @On(PaymentRefunded)
  onRefunded({ orderId, ...told }: PaymentRefunded, tx: Transaction) {
    return this.advance.hear(tx, orderId, 'REFUNDED', told);
  }
}
