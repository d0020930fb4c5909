export { AuthorizePayment } from './authorize-payment.command.ts';
export { CancelPayment } from './cancel-payment.command.ts';
export { CapturePayment } from './capture-payment.command.ts';
export { CommitStock } from './commit-stock.command.ts';
export {
  defineCommand,
  defineEvent,
  defineTopic,
  type EventOf,
  type MessageDefinition,
  type Topic,
} from './definition.ts';
export { cancelReason, money, orderLine, paymentReport } from './fields.ts';
export { OrderCancelled } from './order-cancelled.event.ts';
export { OrderCompleted } from './order-completed.event.ts';
export { OrderConfirmed } from './order-confirmed.event.ts';
export { OrderPlaced } from './order-placed.event.ts';
export { OrderSnapshot } from './order-snapshot.event.ts';
export { PaymentAuthorized } from './payment-authorized.event.ts';
export { PaymentCaptured } from './payment-captured.event.ts';
export { PaymentDeclined } from './payment-declined.event.ts';
export { PaymentRefunded } from './payment-refunded.event.ts';
export { PaymentRequested } from './payment-requested.event.ts';
export { PaymentVoided } from './payment-voided.event.ts';
export { ProductChanged } from './product-changed.event.ts';
export { RefundPayment } from './refund-payment.command.ts';
export { ReleaseStock } from './release-stock.command.ts';
export { ReserveStock } from './reserve-stock.command.ts';
export { StockCommitted } from './stock-committed.event.ts';
export { StockRejected } from './stock-rejected.event.ts';
export { StockReleased } from './stock-released.event.ts';
export { StockReserved } from './stock-reserved.event.ts';
export { orders, paymentCommands, payments, products, stock, stockCommands, topics } from './topics.ts';
