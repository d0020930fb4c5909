import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { FaultShop } from '../shop/fault-shop.ts';
import type { ShopProcess } from '../shop/shop-process.ts';

const announced = /Debugger listening on (ws:\/\/\S+)/g;

/** Every process opens its inspector, at any port, and says in its log where. */
export const inspected = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** Runs an expression in a process of the shop that was started `inspected`. Resolves when it has been evaluated. */
export async function evaluateIn({ folder }: FaultShop, { name }: ShopProcess, expression: string): Promise<void> {
  const log = readFileSync(join(folder, 'logs', `${name}.log`), 'utf8');
  const url = [...log.matchAll(announced)].at(-1)?.[1];
  if (url === undefined) throw new Error(`${name} has not said where its inspector listens`);
  const socket = new WebSocket(url);
  try {
    await eventOf(socket, 'open');
    const answered = eventOf(socket, 'message');
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
    await answered;
  } finally {
    socket.close();
  }
}

function eventOf(socket: WebSocket, name: 'open' | 'message'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener(name, () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('The inspector of a process broke off')), { once: true });
    socket.addEventListener('close', () => reject(new Error('A process ended while its loop was blocked')), {
      once: true,
    });
  });
}
