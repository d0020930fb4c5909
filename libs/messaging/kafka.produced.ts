import type { Socket } from 'node:net';

import { failpoint } from '@towpath/failpoints';

/** A request begins with its size, in four bytes, and the number of what is asked. Source: Kafka protocol guide. */
const produce = 0;

/** Test builds only: only what writes to the wire knows when messages have gone out to a broker. */
export function dieAfterProduce(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  Object.assign(socket, {
    write: (data: unknown, ...more: unknown[]) => {
      const flushed = write(data, ...more);
      if (Buffer.isBuffer(data) && data.length > 6 && data.readInt16BE(4) === produce) failpoint('relay.sent', 'after');
      return flushed;
    },
  });
}
