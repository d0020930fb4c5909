import { Test } from '@nestjs/testing';

import {
  checkSettings,
  Environment,
  provideSettings,
  readSettings,
  setting,
  Settings,
  SettingsError,
} from './index.ts';

class RelayConfig extends Settings({
  batchSize: setting.integer({ min: 1, max: 1000, default: 200, meaning: 'rows sent at once' }),
  pollMs: setting.durationMs({ min: 10, default: 250, meaning: 'time between two looks' }),
  transport: setting.oneOf(['direct', 'kafka'], { default: 'direct', meaning: 'who delivers' }),
  databaseUrl: setting.url({ meaning: 'where the rows are' }),
  password: setting.text({ secret: true, optional: true, meaning: 'of the broker' }),
  verbose: setting.flag({ default: false, meaning: 'log each row' }),
  ratio: setting.ratio({ default: 1, meaning: 'share of traces kept' }),
  port: setting.port({ default: 3032, meaning: 'where it listens' }),
  keyFile: setting.file({ optional: true, meaning: 'signs messages' }),
}) {}

const databaseUrl = 'postgres://relay:hunter2@127.0.0.1/orders';

function read(values: Record<string, string>): RelayConfig {
  return readSettings(RelayConfig, new Environment({ DATABASE_URL: databaseUrl, ...values }));
}

function refusal(values: Record<string, string>): string[] {
  try {
    read(values);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message.split('\n');
  }
}

describe('settings', () => {
  it('When only the required ones are given, then the others have their defaults', () => {
    expect({ ...read({}) }).toEqual({
      batchSize: 200,
      pollMs: 250,
      transport: 'direct',
      databaseUrl,
      password: undefined,
      verbose: false,
      ratio: 1,
      port: 3032,
      keyFile: undefined,
    });
  });

  it('When values are given, then they are read by their names in the environment and typed', () => {
    const settings = read({
      BATCH_SIZE: '10',
      POLL_MS: '500',
      TRANSPORT: 'kafka',
      PASSWORD: 's3cret',
      VERBOSE: 'true',
      RATIO: '0.25',
      PORT: '0',
      KEY_FILE: __filename,
    });

    const transport: 'direct' | 'kafka' = settings.transport;
    const password: string | undefined = settings.password;
    expect({ ...settings, transport, password }).toEqual({
      batchSize: 10,
      pollMs: 500,
      transport: 'kafka',
      databaseUrl,
      password: 's3cret',
      verbose: true,
      ratio: 0.25,
      port: 0,
      keyFile: __filename,
    });
  });

  it('When a value is empty, then it counts as not given', () => {
    expect(read({ BATCH_SIZE: '' }).batchSize).toBe(200);
    expect(refusal({ DATABASE_URL: '' })).toEqual(['DATABASE_URL is not set: it must be a URL (where the rows are).']);
  });

  it('When several are wrong, then each is named with its value, what is allowed and what it means', () => {
    expect(refusal({ BATCH_SIZE: '0', TRANSPORT: 'pigeon', VERBOSE: 'yes', KEY_FILE: '/no/such' })).toEqual([
      'BATCH_SIZE "0" is too small: it must be a whole number from 1 to 1000 (rows sent at once).',
      'TRANSPORT "pigeon" is not allowed: it must be one of direct, kafka (who delivers).',
      'VERBOSE "yes" is not allowed: it must be true or false (log each row).',
      'KEY_FILE "/no/such" is not a readable file: it must be the path of a readable file (signs messages).',
    ]);
  });

  it.each(['1e3', '0x10', ' 5', '5.0', '-', 'NaN', '١', '99999999999999999999'])(
    'When a number is written as %j, then it is refused',
    (given) => expect(refusal({ BATCH_SIZE: given })).toHaveLength(1),
  );

  it('When a duration is longer than a timer can wait, then it is refused', () => {
    expect(refusal({ POLL_MS: String(2 ** 31) })).toEqual([
      'POLL_MS "2147483648" is too large: it must be a whole number of milliseconds from 10 to 2147483647 (time between two looks).',
    ]);
  });

  it.each(['1.01', '-0.1', '.', 'half'])('When a ratio is %j, then it is refused', (given) => {
    expect(refusal({ RATIO: given })).toHaveLength(1);
  });

  it('When origins are listed, then they are read apart', () => {
    class Pages extends Settings({ origins: setting.origins({ optional: true, meaning: 'whose pages' }) }) {}
    const read = (values: Record<string, string>) => readSettings(Pages, new Environment(values)).origins;

    expect(read({ ORIGINS: 'https://shop.example, http://localhost:5173' })).toEqual([
      'https://shop.example',
      'http://localhost:5173',
    ]);
    expect(read({})).toBeUndefined();
  });

  it.each([
    '*',
    'null',
    'shop.example',
    'https://shop.example/',
    'https://SHOP.example',
    'https://a.example,',
    'data:x',
  ])('When %j is given for origins, then it is refused', (given) => {
    class Pages extends Settings({ origins: setting.origins({ optional: true, meaning: 'whose pages' }) }) {}

    expect(() => readSettings(Pages, new Environment({ ORIGINS: given }))).toThrow('is no origin');
  });

  it('When a folder is given for a file, then it is refused', () => {
    expect(refusal({ KEY_FILE: __dirname })).toHaveLength(1);
  });

  it('When a value holds line breaks, then its complaint still is one line', () => {
    expect(refusal({ TRANSPORT: 'a\nFORGED b' })).toHaveLength(1);
  });

  it('When a URL or a secret is wrong, then its value is not shown', () => {
    class Secrets extends Settings({
      storeUrl: setting.url({ meaning: 'the store' }),
      pin: setting.integer({ secret: true, meaning: 'the door' }),
    }) {}

    const reading = () => readSettings(Secrets, new Environment({ STORE_URL: 'hunter2@', PIN: 'hunter2' }));

    expect(reading).toThrow(SettingsError);
    expect(reading).not.toThrow(/hunter2/);
  });

  it('When several classes are checked, then all their mistakes are told at once, each once', () => {
    class OtherConfig extends Settings({ userUrl: setting.url({ meaning: 'the user service' }) }) {}

    expect(() => checkSettings([RelayConfig, OtherConfig, OtherConfig], new Environment({}))).toThrow(
      new SettingsError([
        'DATABASE_URL is not set: it must be a URL (where the rows are).',
        'USER_URL is not set: it must be a URL (the user service).',
      ]),
    );
  });

  it('When a class says that nobody will ask for it, then what is missing there is no mistake, and nothing is provided', async () => {
    class BrokerConfig extends Settings({ brokers: setting.text({ meaning: 'where they are' }) }) {
      static readonly isNeeded = ({ values }: Environment) => values['TRANSPORT'] === 'kafka';
    }
    const without = new Environment({ TRANSPORT: 'direct' });

    expect(() => checkSettings([BrokerConfig], without)).not.toThrow();
    expect(() => checkSettings([BrokerConfig], new Environment({ TRANSPORT: 'kafka' }))).toThrow('BROKERS is not set');
    const app = await Test.createTestingModule({
      providers: [{ provide: Environment, useValue: without }, provideSettings(BrokerConfig)],
    }).compile();
    expect(app.get(BrokerConfig)).toBeUndefined();
  });

  it('When settings were read, then nobody can change them', () => {
    expect(() => Object.assign(read({}), { batchSize: 1 })).toThrow(TypeError);
  });

  it('When an application provides them, then they are injected by class', async () => {
    const environment = new Environment({ DATABASE_URL: databaseUrl, BATCH_SIZE: '7' });
    const app = await Test.createTestingModule({
      providers: [{ provide: Environment, useValue: environment }, provideSettings(RelayConfig)],
    }).compile();

    expect(app.get(RelayConfig)).toBeInstanceOf(RelayConfig);
    expect(app.get(RelayConfig).batchSize).toBe(7);
  });

  it('When the process environment changes after it was read, then nothing changes', () => {
    process.env['TOWPATH_PROBE'] = 'before';
    const environment = Environment.fromProcess();
    process.env['TOWPATH_PROBE'] = 'after';

    expect(environment.values['TOWPATH_PROBE']).toBe('before');
    delete process.env['TOWPATH_PROBE'];
  });
});
