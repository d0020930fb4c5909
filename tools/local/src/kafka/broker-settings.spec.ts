import { brokerSettings, toProperties } from './broker-settings.ts';

const listening = (first: number, ...advertised: number[]) => ({
  clients: (advertised.length > 0 ? advertised : [first]).map((advertisedPort, index) => ({
    port: first + index,
    advertisedPort,
  })),
  internal: first + 90,
  controller: first + 91,
});

describe('settings of a broker', () => {
  it('When it is alone, then it keeps everything itself, and tells clients where it listens', () => {
    expect(brokerSettings({ id: 1, brokers: [listening(100)], folder: '/data', security: {} })).toMatchObject({
      'controller.quorum.voters': '1@127.0.0.1:191',
      listeners: 'CLIENT_1://127.0.0.1:100,INTERNAL://127.0.0.1:190,CONTROLLER://127.0.0.1:191',
      'advertised.listeners': 'CLIENT_1://127.0.0.1:100,INTERNAL://127.0.0.1:190',
      'listener.security.protocol.map': 'CLIENT_1:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'default.replication.factor': '1',
      'min.insync.replicas': '1',
      'auto.create.topics.enable': 'false',
      'unclean.leader.election.enable': 'false',
    });
  });

  it('When there are three, then each message is on all of them, and two have it before it counts as sent', () => {
    const brokers = [listening(100), listening(200), listening(300)];

    expect(brokerSettings({ id: 2, brokers, folder: '/data', security: {} })).toMatchObject({
      'node.id': '2',
      'controller.quorum.voters': '1@127.0.0.1:191,2@127.0.0.1:291,3@127.0.0.1:391',
      'default.replication.factor': '3',
      'min.insync.replicas': '2',
      'offsets.topic.replication.factor': '3',
    });
  });

  it('When several proxies stand before it, then each client listener tells of its own', () => {
    const brokers = [listening(100, 7001, 7002)];

    expect(brokerSettings({ id: 1, brokers, folder: '/data', security: {} })).toMatchObject({
      listeners: expect.stringMatching(/^CLIENT_1:\/\/127\.0\.0\.1:100,CLIENT_2:\/\/127\.0\.0\.1:101,INTERNAL/),
      'advertised.listeners': expect.stringMatching(
        /^CLIENT_1:\/\/127\.0\.0\.1:7001,CLIENT_2:\/\/127\.0\.0\.1:7002,INTERNAL/,
      ),
    });
  });

  it.each([
    [{ sasl: 'scram-sha-256' } as const, 'SASL_PLAINTEXT'],
    [{ tls: { keyStoreFile: '/key', caFile: '/ca', mutual: true } }, 'SSL'],
    [{ sasl: 'scram-sha-256', tls: { keyStoreFile: '/key', caFile: '/ca', mutual: false } } as const, 'SASL_SSL'],
  ])('When clients have to come by %j, then only their listener asks for it', (security, protocol) => {
    expect(brokerSettings({ id: 1, brokers: [listening(100)], folder: '/data', security })).toMatchObject({
      'listener.security.protocol.map': `CLIENT_1:${protocol},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT`,
    });
  });

  it('When a folder has a backslash, then Java reads it as one', () => {
    expect(toProperties({ 'log.dirs': String.raw`/a\b`, x: '1' })).toBe('log.dirs=/a\\\\b\nx=1\n');
  });
});
