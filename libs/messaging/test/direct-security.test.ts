import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { ClientTCP } from '@nestjs/microservices';
import { SettingsError } from '@towpath/config';
import { newId, type ThrowAwayDatabase } from '@towpath/database';
import { temporaryFolder } from '@towpath/testing';
import { generateKeyPair, importJWK, SignJWT } from 'jose';
import { firstValueFrom, timeout } from 'rxjs';

import { pattern, type Reply } from '../direct.clients.ts';
import { directEnvironments } from './direct-environment.ts';
import { databaseOf, Node } from './node.ts';
import { MeterRead } from './readings.ts';
import { until } from './until.ts';

describe('direct transport, who may send', () => {
  let database: ThrowAwayDatabase;
  let bill: Node;
  let environments: Awaited<ReturnType<typeof directEnvironments<'meter' | 'bill' | 'chart'>>>;
  let client: ClientTCP;

  beforeAll(async () => {
    database = await databaseOf('bill');
    environments = await directEnvironments(['meter', 'bill', 'chart']);
    bill = await Node.start('bill', { environment: environments.bill, database });
    client = new ClientTCP({ host: '127.0.0.1', port: Number(environments.bill['DIRECT_PORT']) });
  });
  afterAll(async () => {
    client.close();
    await bill.stop();
    await database.drop();
  });

  const ask = (frame: unknown) => firstValueFrom(client.send<Reply>(pattern, frame).pipe(timeout(2_000)));
  const token = async (
    claims: { iss?: string; aud?: string; age?: number; exp?: number },
    signer: 'meter' | 'chart' | 'stranger' = 'meter',
  ) => {
    const now = Math.floor(Date.now() / 1_000) - (claims.age ?? 0);
    const jwt = new SignJWT()
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(claims.iss ?? 'meter')
      .setAudience(claims.aud ?? 'bill');
    return jwt
      .setIssuedAt(now)
      .setExpirationTime(now + (claims.exp ?? 60))
      .sign(await signingKey(signer));
  };
  const signingKey = async (signer: 'meter' | 'chart' | 'stranger') => {
    if (signer === 'stranger') return (await generateKeyPair('ES256')).privateKey;
    return importJWK(JSON.parse(await readFile(environments[signer]['DIRECT_KEY_FILE'] ?? '', 'utf8')), 'ES256');
  };

  it('When the writer of the topic sends, then its message is acknowledged and takes effect', async () => {
    const envelope = reading('genuine');

    expect(await ask({ token: await token({}), envelope })).toEqual({ ack: true, id: envelope.id });
    expect(await bill.effects('genuine')).toEqual([1]);
  });

  it.each([
    ['without a token', async () => ''],
    ['with a token of a stranger', async () => token({}, 'stranger')],
    ['with a token for another receiver', async () => token({ aud: 'chart' })],
    ['with an expired token', async () => token({ age: 120 })],
    ['with a token that lives too long', async () => token({ age: 90, exp: 3_600 })],
    ['with a token of an unknown service', async () => token({ iss: 'nobody' })],
    ['as a service that does not write the topic', async () => token({ iss: 'chart' }, 'chart')],
    ['with an unsigned token', async () => `${(await token({})).split('.').slice(0, 2).join('.')}.`],
  ])('When somebody sends %s, then nothing is taken', async (_, tokenOf) => {
    const envelope = reading('forged');

    expect(await ask({ token: await tokenOf(), envelope })).toMatchObject({ ack: false, id: envelope.id });
    expect(await bill.effects('forged')).toEqual([]);
  });

  it.each([['text'], [{ envelope: {} }], [{ token: 1, envelope: 'x' }]])(
    'When %j is sent, then it is turned away and the next message is taken',
    async (frame) => {
      expect(await ask(frame)).toMatchObject({ ack: false });
      expect(await ask({ token: await token({}), envelope: reading(`after-${newId()}`) })).toMatchObject({ ack: true });
    },
  );

  it('When production is started without mutual TLS, then it refuses and says what to set', async () => {
    const start = Node.start('chart', { environment: { ...environments.chart, NODE_ENV: 'production' }, database });

    await expect(start).rejects.toThrow(SettingsError);
    await expect(start).rejects.toThrow('DIRECT_TLS_CERT_FILE');
  });

  it('When a peer is missing from the configuration, then the service that sends to it does not start', async () => {
    const alone = (await directEnvironments(['meter'])).meter;

    await expect(Node.start('meter', { environment: alone, database, subscribers: ['bill'] })).rejects.toThrow(
      'DIRECT_PEERS_FILE does not name bill',
    );
  });
});

describe('direct transport, mutual TLS', () => {
  it('When all have certificates of one authority, then messages flow, and a plain client gets nothing', async () => {
    const tls = await certificates();
    const environments = await directEnvironments(['meter', 'bill']);
    const databases = { meter: await databaseOf('meter'), bill: await databaseOf('bill') };
    const production = { ...tls, NODE_ENV: 'production' };
    const bill = await Node.start('bill', {
      environment: { ...environments.bill, ...production },
      database: databases.bill,
    });
    const meter = await Node.start('meter', {
      environment: { ...environments.meter, ...production },
      database: databases.meter,
      subscribers: ['bill'],
    });

    await meter.say(MeterRead, { meter: 'sealed', value: 1 });

    await until(async () => expect(await bill.effects('sealed')).toEqual([1]));
    const plain = new ClientTCP({ host: '127.0.0.1', port: Number(environments.bill['DIRECT_PORT']) });
    await expect(
      firstValueFrom(plain.send(pattern, { token: '', envelope: {} }).pipe(timeout(2_000))),
    ).rejects.toThrow();
    plain.close();
    for (const node of [meter, bill]) await node.stop();
    for (const database of Object.values(databases)) await database.drop();
  });
});

function reading(meter: string) {
  return {
    specversion: '1.0',
    id: newId(),
    type: MeterRead.type,
    source: 'meter',
    subject: meter,
    time: new Date().toISOString(),
    dataschema: 'urn:towpath:meter.read.v1',
    aggregatetype: 'readings',
    aggregateversion: 1,
    correlationid: newId(),
    data: { meter, value: 1 },
  };
}

/** One authority, and one certificate that it signed for loopback. */
async function certificates(): Promise<Record<string, string>> {
  const folder = temporaryFolder();
  const openssl = (...args: string[]) => promisify(execFile)('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=towpath test authority');
  await openssl(
    'req',
    '-x509',
    ...key,
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-keyout',
    'tls.key',
    '-out',
    'tls.pem',
    '-subj',
    '/CN=service',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
  );
  return {
    DIRECT_TLS_CERT_FILE: join(folder, 'tls.pem'),
    DIRECT_TLS_KEY_FILE: join(folder, 'tls.key'),
    DIRECT_TLS_CA_FILE: join(folder, 'ca.pem'),
  };
}
