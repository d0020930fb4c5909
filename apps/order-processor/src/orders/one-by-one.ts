import type { Logger } from '@nestjs/common';
import { isTransient } from '@towpath/errors';

/**
 * Does the work for each order in turn. One for which it fails for good is logged and does not hold up the others.
 * @throws what is transient: it would fail for the others too
 */
export async function oneByOne(
  ids: readonly string[],
  logger: Logger,
  work: (id: string) => Promise<void>,
): Promise<void> {
  for (const orderId of ids) {
    try {
      await work(orderId);
    } catch (err) {
      if (isTransient(err)) throw err;
      logger.error({ msg: 'An order was left as it is, the others go on', orderId, err });
    }
  }
}
