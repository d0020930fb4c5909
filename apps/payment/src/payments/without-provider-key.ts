import { randomUUID } from 'node:crypto';

import type { Answer, Operation } from './operation.ts';
import { PaymentProvider } from './payment-provider.ts';

/** Test builds only: each time that an operation is sent it looks like another one. */
export class WithoutProviderKey extends PaymentProvider {
  override send(operation: Operation): Promise<Answer> {
    return super.send({ ...operation, idemKey: randomUUID() });
  }
}
