import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port;
}

/** As many different ones, held together so that none comes twice. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  await Promise.all(servers.map((server) => once(server, 'close')));
  return ports;
}

const lowestPort = 10_240;
const blockSize = 256;
let next = 0;

/**
 * Free ones that the system gives to nobody by itself: who ends may listen on them again, however many connections were opened
 * meanwhile. Each process has blocks of its own to look in, so that two who ask at once do not find the same.
 */
export async function steadyPorts(count: number): Promise<number[]> {
  const blocks = Math.floor((firstDynamicPort() - lowestPort) / blockSize);
  const begin = (process.pid % blocks) * blockSize;
  const servers: Server[] = [];
  for (let tried = 0; servers.length < count && tried < blocks * blockSize; tried++) {
    const server = await listenOn(lowestPort + ((begin + next++) % (blocks * blockSize)));
    if (server !== undefined) servers.push(server);
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  if (ports.length < count) throw new Error(`There are no ${count} free ports below ${firstDynamicPort()}`);
  return ports;
}

async function listenOn(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}

/** Where the ports begin that the system takes for connections. */
function firstDynamicPort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s/)[0]);
  } catch {
    return 49_152;
  }
}
