import type { Transaction } from '@towpath/database';
import { AuthorizePayment, CancelPayment, CapturePayment, paymentCommands, RefundPayment } from '@towpath/messages';
import { Consumer, On, type Received } from '@towpath/messaging';

import { MovePayment } from './move-payment.use-case.ts';

@Consumer(paymentCommands)
export class PaymentCommandConsumer {
  constructor(private readonly payment: MovePayment) {}

  @On(AuthorizePayment)
  onAuthorizePayment({ orderId, amount, paymentMethod }: AuthorizePayment, tx: Transaction, { snapshot }: Received) {
    return this.payment.execute(tx, orderId, { goal: 'authorize', amount, paymentMethod }, snapshot);
  }

  @On(CapturePayment)
  onCapturePayment({ orderId }: CapturePayment, tx: Transaction, { snapshot }: Received) {
    return this.payment.execute(tx, orderId, { goal: 'capture' }, snapshot);
  }

  @On(CancelPayment)
  onCancelPayment({ orderId }: CancelPayment, tx: Transaction, { snapshot }: Received) {
    return this.payment.execute(tx, orderId, { goal: 'cancel' }, snapshot);
  }

  @On(RefundPayment)
  onRefundPayment({ orderId, total }: RefundPayment, tx: Transaction, { snapshot }: Received) {
    return this.payment.execute(tx, orderId, { goal: 'refund', total }, snapshot);
  }
}
