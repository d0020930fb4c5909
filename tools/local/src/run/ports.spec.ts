import { once } from 'node:events';
import { createServer } from 'node:net';
import { basename } from 'node:path';

import type { ServiceDeclaration } from '@towpath/nx';

import { freePort } from '../free-port.ts';
import { choosePorts, portOf, refuseTakenPorts } from './ports.ts';

const declare = (name: string, roles: ServiceDeclaration['roles'], management: number): ServiceDeclaration => ({
  name,
  owns: 'what it owns',
  roles,
  management,
  stores: [],
  calls: [],
  external: [],
  tier: 'critical',
});

const services = [
  declare('gateway', { api: { port: 3000 } }, 3001),
  declare('order-processor', { api: { port: 3030 }, worker: { port: 3032 } }, 3031),
];

const numbers = async (portBase: number, env: NodeJS.ProcessEnv = {}) => {
  const ports = await choosePorts(services, ['postgres'], portBase, env);
  return ports.map(({ number }) => number);
};

describe('ports', () => {
  it('When nothing is said, then they are those of service.yaml, the sandbox and PostgreSQL behind them', async () => {
    expect(await numbers(3000)).toEqual([3000, 3001, 3030, 3031, 3032, 3050, 3060]);
  });

  it('When the base moves, then all of them move along', async () => {
    expect(await numbers(14_000)).toEqual([14_000, 14_001, 14_030, 14_031, 14_032, 14_050, 14_060]);
  });

  it('When the base is 0, then they are free ones, each another', async () => {
    expect(new Set(await numbers(0)).size).toBe(7);
  });

  it('When a variable names one, then only that one moves', async () => {
    const env = { ORDER_PROCESSOR_MANAGEMENT_PORT: '4031', POSTGRES_PORT: '5432' };

    expect(await numbers(3000, env)).toEqual([3000, 3001, 3030, 4031, 3032, 3050, 5432]);
  });

  it.each(['0', '65536', 'http', ''])('When a variable is %j, then it says what it must be', async (value) => {
    await expect(numbers(3000, { GATEWAY_PORT: value })).rejects.toThrow(
      `GATEWAY_PORT must be a port from 1 to 65535, not "${value}".`,
    );
  });

  it('When one is taken, then it names the port, who wanted it, who has it and the way out', async () => {
    const taken = await freePort();
    const holder = createServer().listen(taken, '127.0.0.1').unref();
    await once(holder, 'listening');
    const ports = await choosePorts(services, [], 0, { ORDER_PROCESSOR_MESSAGES_PORT: String(taken) });

    const refusal = refuseTakenPorts(ports);

    await expect(refusal).rejects.toThrow(
      `Port ${taken} (order-processor, messages) is taken by process ${process.pid} (${basename(process.execPath)}). Stop it, or set ORDER_PROCESSOR_MESSAGES_PORT.`,
    );
  });

  it('When all are free, then there is nothing to say', async () => {
    const ports = await choosePorts(services, [], 0, {});

    await expect(refuseTakenPorts(ports)).resolves.toBeUndefined();
    expect(portOf(ports, 'order-processor', 'messages')).toEqual(expect.any(Number));
  });
});
