import { z } from 'zod';

import { defineCommand, type EventOf } from './definition.ts';
import { customerId, money, orderId } from './fields.ts';
import { paymentCommands } from './topics.ts';

/** Hold the money on the customer's payment method. */
export const AuthorizePayment = defineCommand('payment.authorize.v1', {
  topic: paymentCommands,
  data: z.object({ orderId, customerId, amount: money, paymentMethod: z.string() }),
});
export type AuthorizePayment = EventOf<typeof AuthorizePayment>;
