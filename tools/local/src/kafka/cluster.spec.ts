import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { brokerListeners, type ClusterOptions, KafkaCluster } from './cluster.ts';

/** Stands for Java's formatting: writes down its words, where the settings say that the data are. */
const formatting = `
folder=$(sed -n 's/^log.dirs=//p' "$(echo "$*" | sed 's/.* -c \\([^ ]*\\).*/\\1/')")
echo "$*" > "$folder/formatted"
[ -z "$KILLED" ] || kill -9 $$`;

describe('Kafka cluster', () => {
  let home: string;
  let options: ClusterOptions;

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'towpath-cluster-'));
    options = { folder: join(home, 'state'), listeners: await brokerListeners(1) };
    java(formatting);
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const java = (script: string) => {
    writeFileSync(join(home, 'java'), `#!/bin/sh${script}\n`);
    chmodSync(join(home, 'java'), 0o755);
  };
  const cluster = (more: Partial<ClusterOptions> = {}) =>
    new KafkaCluster({ java: join(home, 'java'), jars: '/jars' }, { ...options, ...more });
  const broker = (...path: string[]) => join(options.folder, 'kafka-1', ...path);

  it('When it is prepared, then its storage knows the cluster, and its settings are for us alone', async () => {
    const kafka = cluster();

    await kafka.prepare();

    expect(readFileSync(broker('data/formatted'), 'utf8')).toContain(`StorageTool format -t ${kafka.clusterId} -c `);
    expect(readFileSync(broker('server.properties'), 'utf8')).toContain(`log.dirs=${broker('data')}\n`);
    expect(statSync(broker('server.properties')).mode & 0o777).toBe(0o600);
    expect(readdirSync(broker())).toEqual(['data', 'server.properties']);
  });

  it('When it is prepared again, at other ports, then its storage stays and its settings do not', async () => {
    await cluster().prepare();
    java('\nexit 1');
    const listeners = await brokerListeners(1);

    const again = cluster({ listeners });
    await again.prepare();

    expect(again.clusterId).toBe(cluster().clusterId);
    expect(readFileSync(broker('server.properties'), 'utf8')).toContain(
      `CLIENT_1://127.0.0.1:${listeners[0].clients[0].port}`,
    );
  });

  it('When formatting was killed half-way, then that is no storage, and the next one begins anew', async () => {
    java(`\nKILLED=yes${formatting}`);
    await expect(cluster().prepare()).rejects.toThrow('kafka-1 (format) was killed by SIGKILL');
    expect(existsSync(broker('data'))).toBe(false);
    java(formatting);

    await cluster().prepare();

    expect(readdirSync(broker())).toEqual(['data', 'server.properties']);
  });

  it('When clients say who they are, then the storage knows the user', async () => {
    await cluster({ security: { sasl: 'scram-sha-512' }, user: { name: 'ada', password: 'secret' } }).prepare();

    expect(readFileSync(broker('data/formatted'), 'utf8')).toMatch(
      / --add-scram SCRAM-SHA-512=\[name=ada,password=secret\]\n$/,
    );
  });

  it('When proxies stand before the brokers, then clients are told of those, and tools of ours go past them', async () => {
    const listeners = [1, 2, 3].map((id) => ({
      clients: [
        { port: 1000 + id, advertisedPort: 7000 + id },
        { port: 2000 + id, advertisedPort: 8000 + id },
      ],
      internal: 3000 + id,
      controller: 4000 + id,
    }));

    const kafka = cluster({ listeners });

    expect(kafka.addresses()).toBe('127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003');
    expect(kafka.addresses(1)).toBe('127.0.0.1:8001,127.0.0.1:8002,127.0.0.1:8003');
    expect(kafka.backDoor).toBe('127.0.0.1:3001,127.0.0.1:3002,127.0.0.1:3003');
    expect(kafka.brokers.map(({ name }) => name)).toEqual(['kafka-1', 'kafka-2', 'kafka-3']);
  });

  it('When ports count from a base, then those of clients come first', async () => {
    expect(await brokerListeners(3, 9092)).toEqual([
      { clients: [{ port: 9092, advertisedPort: 9092 }], internal: 9095, controller: 9098 },
      { clients: [{ port: 9093, advertisedPort: 9093 }], internal: 9096, controller: 9099 },
      { clients: [{ port: 9094, advertisedPort: 9094 }], internal: 9097, controller: 9100 },
    ]);
  });

  it('When the folder holds another kind of cluster, then it is left alone', async () => {
    cluster();

    expect(() => cluster({ listeners: [options.listeners, options.listeners, options.listeners].flat() })).toThrow(
      `${options.folder} holds a Kafka 4.1.1 of one broker, and this would be a Kafka 4.1.1 of 3 brokers: delete it, or use another folder.`,
    );
  });
});
