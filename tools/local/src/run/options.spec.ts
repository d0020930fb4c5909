import { readOptions } from './options.ts';

const read = (args: string[], env: NodeJS.ProcessEnv = {}) => readOptions(args, env, '/checkout');

describe('options', () => {
  it('When nothing is said, then a run has its usual place and places an order', () => {
    expect(read([])).toEqual({
      root: '/checkout',
      state: '/checkout/.towpath',
      portBase: 3000,
      postgres: 'one',
      kafka: false,
      fresh: false,
      once: false,
      order: true,
    });
  });

  it('When flag and variable disagree, then the flag is meant', () => {
    const env = { TOWPATH_STATE: '/elsewhere', TOWPATH_PORT_BASE: '5000', TOWPATH_POSTGRES: 'per-service' };

    expect(read([], env)).toMatchObject({ state: '/elsewhere', portBase: 5000, postgres: 'per-service' });
    expect(read(['--state', '/here', '--port-base', '0', '--postgres', 'one'], env)).toMatchObject({
      state: '/here',
      portBase: 0,
      postgres: 'one',
    });
  });

  it.each([
    [['--frsh'], "Unknown option '--frsh'. Usage: npm start -- [--kafka] [--once]"],
    [['now'], "Unexpected argument 'now'"],
    [['--port-base', '80'], 'The port base must be a number from 1024 to 65000, or 0 for any free ports.'],
    [['--port-base', 'many'], 'The port base must be a number'],
    [['--postgres', 'two'], 'PostgreSQL can be "one" server or one "per-service", not "two".'],
  ])('When it is told %j, then it says what is wrong', (args, sentence) => {
    expect(() => read(args)).toThrow(sentence);
  });
});
