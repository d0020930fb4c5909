import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { parse } from 'yaml';

import { environment } from '../environment.ts';
import { brokerSettings } from './broker-settings.ts';
import { composeProcess, composeTasks, whyNoCompose } from './compose.ts';
import { kafkaVersion } from './installation.ts';

const root = resolve(__dirname, '../../../..');
const file = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'));

describe('compose file', () => {
  it('When its images are read, then each is pinned by its exact version, and Kafka is the one that Java runs', () => {
    const images = Object.values<any>(file.services).map(({ image }) => image);

    expect(images).toEqual([
      `apache/kafka:${kafkaVersion}`,
      expect.stringMatching(/^redis:\d+\.\d+\.\d+$/),
      expect.stringMatching(/^postgres:\d+\.\d+-[a-z]+$/),
    ]);
  });

  it('When somebody comes from another machine, then nobody listens there', () => {
    const ports = Object.values<any>(file.services).flatMap((service) => service.ports);

    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('When it says how the broker behaves, then it says what the broker of Java is told', () => {
    const brokers = [{ clients: [{ port: 1, advertisedPort: 1 }], internal: 2, controller: 3 }];
    const ours = brokerSettings({ id: 1, brokers, folder: '/', security: {} });
    const { environment: theirs } = file.services.kafka;
    const nameOf = (setting: string) => `KAFKA_${setting.toUpperCase().replaceAll('.', '_')}`;
    const behaviour = Object.entries(ours).filter(([name]) =>
      /factor|isr|insync|elect|auto|group|partitions/.test(name),
    );

    expect(behaviour.length).toBeGreaterThan(9);
    for (const [name, value] of behaviour) {
      expect({ name, value: String(theirs[nameOf(name)]) }).toEqual({ name, value });
    }
  });
});

const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;
(hasCompose ? describe : describe.skip)(
  `the compose file, read by Docker${hasCompose ? '' : ': docker compose is not installed'}`,
  () => {
    it('When docker compose reads it, then it understands all of it', () => {
      const env = { ...environment, POSTGRES_PASSWORD: 'secret' };
      const config = spawnSync('docker', ['compose', 'config', '--quiet'], { cwd: root, env, encoding: 'utf8' });

      expect({ status: config.status, stderr: config.stderr }).toEqual({ status: 0, stderr: '' });
    });
  },
);

describe('docker compose', () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'towpath-docker-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const docker = (script: string) => {
    writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'docker'), 0o755);
  };

  it.each([
    ['Docker is not there', undefined, 'there is no Docker'],
    ['its daemon is dead', 'exit 1', 'the daemon of Docker does not answer'],
    ['it knows no compose', '[ "$1" = version ]', 'Docker is there without its compose plugin'],
    ['all of it works', 'exit 0', undefined],
  ])('When %s, then it is known', (_, script, why) => {
    if (script !== undefined) docker(script);

    expect(whyNoCompose({ PATH: folder })).toBe(why);
  });

  it('When two states have a broker each, then their containers and data are apart, and fresh is fresh', () => {
    const options = (state: string) => ({ root: '/checkout', state, port: 3070 });
    const [clear, pull] = composeTasks(options('/a'), false);
    const up = composeProcess(options('/a'));
    const project = up.args[4];

    expect([clear, pull, up].map(({ args }) => args.slice(5).join(' '))).toEqual([
      'down --remove-orphans',
      'pull --quiet kafka',
      'up --no-color --no-log-prefix --abort-on-container-exit kafka',
    ]);
    expect(project).toMatch(/^towpath-[0-9a-f]{12}$/);
    expect(composeTasks(options('/a'), true)[0].args).toContain('--volumes');
    expect(composeProcess(options('/b')).args[4]).not.toBe(project);
  });
});
