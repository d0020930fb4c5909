import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describeWithKafka, temporaryFolder } from '@towpath/testing';

import { provideTopics } from './kafka-environment.ts';
import { KafkaPair, unpublished } from './kafka-node.ts';
import { MeterRead } from './readings.ts';
import { until } from './until.ts';

const patienceMs = 60_000;

describeWithKafka(
  'brokers that want to know who comes',
  (kafka) => {
    const pair = new KafkaPair(kafka);
    const folder = temporaryFolder();
    const passwordFile = join(folder, 'password');
    const password = () => readFile(kafka.settings['KAFKA_SASL_PASSWORD_FILE'] ?? '', 'utf8');

    beforeAll(async () => {
      await writeFile(passwordFile, await password());
      await provideTopics(kafka);
    });
    afterEach(() => pair.stopAll());
    afterAll(() => pair.drop());

    it('When we come with certificate, name and password, then messages flow', async () => {
      const [meter, bill] = [await pair.meter(), await pair.bill()];

      await meter.say(MeterRead, { meter: 'sealed', value: 1 });

      await until(async () => expect(await bill.effects('sealed')).toEqual([1]), patienceMs);
    });

    it('When the password is wrong at the start, then the service does not start, and says which settings to look at', async () => {
      await expect(pair.bill({ KAFKA_SASL_PASSWORD_FILE: '', KAFKA_SASL_PASSWORD: 'guessed' })).rejects.toThrow(
        /The brokers refuse our credentials \(.*\): see KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD/,
      );
    });

    it('When the name is unknown, then the service does not start, and the password is not shown', async () => {
      const start = pair.bill({
        KAFKA_SASL_USERNAME: 'nobody',
        KAFKA_SASL_PASSWORD_FILE: '',
        KAFKA_SASL_PASSWORD: 'hunter2',
      });

      await expect(start).rejects.toThrow('The brokers refuse our credentials');
      await expect(start).rejects.not.toThrow('hunter2');
    });

    it('When the certificate of the brokers is of another authority, then the service does not start, and says so', async () => {
      const stranger = await otherAuthority(folder);

      await expect(pair.bill({ KAFKA_TLS_CA_FILE: stranger })).rejects.toThrow(
        /The brokers' certificate is refused \([A-Z_]+\): see KAFKA_TLS_CA_FILE/,
      );
    });

    it('When the password expires, then messages wait in the outbox and the service lives; with the new one in its file they flow', async () => {
      const settings = { KAFKA_SASL_PASSWORD_FILE: passwordFile };
      const [meter, bill] = [await pair.meter(settings), await pair.bill(settings)];
      await meter.say(MeterRead, { meter: 'expiring', value: 1 });
      await until(async () => expect(await bill.effects('expiring')).toEqual([1]), patienceMs);

      await writeFile(passwordFile, 'of yesterday');
      await kafka.down();
      await meter.say(MeterRead, { meter: 'expiring', value: 2 });
      await until(async () => expect(await meter.failedSendings('expiring')).toBeGreaterThan(0), patienceMs);
      await kafka.up();
      const failed = await meter.failedSendings('expiring');
      await until(async () => expect(await meter.failedSendings('expiring')).toBeGreaterThan(failed), patienceMs);
      expect([await unpublished(meter), meter.draining, bill.draining]).toEqual([1, false, false]);
      await writeFile(passwordFile, await password());

      await until(async () => expect(await bill.effects('expiring')).toEqual([1, 2]), patienceMs);
    }, 180_000);
  },
  { sasl: 'scram-sha-512', tls: 'mutual' },
);

async function otherAuthority(folder: string): Promise<string> {
  const file = join(folder, 'stranger.pem');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    ...key,
    '-keyout',
    join(folder, 'stranger.key'),
    '-out',
    file,
    '-subj',
    '/CN=stranger',
  ]);
  return file;
}
