import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

import { freePort } from '../free-port.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { type BrokerPlace, brokerPortOwners, messageBroker } from './message-broker.ts';
import { type Port } from './ports.ts';

describe('message broker', () => {
  const supervisor = new Supervisor();
  const place: BrokerPlace = {
    options: { root: '/checkout', state: '/state' } as BrokerPlace['options'],
    ports: [{ owner: 'kafka', use: 'http', number: 3070, variable: 'KAFKA_PORT' }] satisfies Port[],
    fresh: false,
  };
  const start = (addresses: string) =>
    messageBroker({ from: 'given', addresses }, place).start(supervisor, () => undefined);

  afterAll(() => supervisor.stop());

  it('When one of the given brokers answers, then that is enough', async () => {
    const server = createServer().listen(0, '127.0.0.1').unref();
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    await start(`127.0.0.1:${await freePort()}, 127.0.0.1:${port}`);
  });

  it('When none of them answers, then they are named, with what to do', async () => {
    const addresses = `127.0.0.1:${await freePort()},127.0.0.1:${await freePort()}`;

    await expect(start(addresses)).rejects.toThrow(
      `Nobody answers at KAFKA_BROKERS=${addresses}: start those brokers, or leave KAFKA_BROKERS out to have one started here.`,
    );
  });

  it.each(['broker', 'broker:', 'broker:65536', 'a:1,', 'http://a:1', 'a b:1'])(
    'When it is given %j, then it says how brokers are written',
    async (addresses) => {
      await expect(start(addresses)).rejects.toThrow('KAFKA_BROKERS must be host:port, with commas between');
    },
  );

  it('When a broker is given, then no port is looked for; else as many as it takes', () => {
    expect([
      brokerPortOwners(undefined),
      brokerPortOwners({ from: 'given', addresses: 'a:1' }),
      brokerPortOwners({ from: 'compose' }),
      brokerPortOwners({ from: 'java', whyNoCompose: '' }),
    ]).toEqual([[], [], ['kafka'], ['kafka', 'kafka-internal', 'kafka-controller']]);
  });

  it('When it is somebody else who runs it, then services are told where, and nothing that only they know', () => {
    const { addresses, settings, processes } = messageBroker({ from: 'given', addresses: 'a:1,b:2' }, place);

    expect({ addresses, settings, processes }).toEqual({ addresses: 'a:1,b:2', settings: {}, processes: [] });
  });
});
