import { commandOf, readArguments } from './run-arguments.ts';

const read = (...args: string[]) => readArguments(args, () => 7);

describe('arguments', () => {
  it('When all is said, then all is heard', () => {
    expect(read('--scenario', 'F7', '--seed', '42', '--transport', 'kafka', '--orders', '10', '--keep')).toEqual({
      what: 'F7',
      transport: 'kafka',
      seed: 42,
      orders: 10,
      seeds: 1,
      keep: true,
    });
  });

  it('When only the scenario is said, then the rest has defaults, and the seed is drawn', () => {
    expect(read('gate')).toEqual({
      what: 'gate',
      transport: 'direct',
      seed: 7,
      orders: undefined,
      seeds: 1,
      keep: false,
    });
  });

  it.each([
    [[], 'Say what to run'],
    [['F1', 'F2'], 'One at a time: F1, or F2?'],
    [['F1', '--transport', 'rabbit'], 'The transport is "direct" or "kafka", not "rabbit".'],
    [['F1', '--seed', 'x'], '--seed is a whole number from 0, not "x".'],
    [['F1', '--orders', '0'], '--orders is a whole number from 1, not "0".'],
    [['F1', '--colour'], "Unknown option '--colour'. Usage"],
  ])('When it is asked for %j, then it says what is wrong', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });

  it('When a run is to be repeated, then the command says all that decides it', () => {
    const command = commandOf(read('F7', '--seed', '42', '--transport', 'kafka', '--orders', '10'));

    expect(command).toBe('npm run faults -- --scenario F7 --seed 42 --transport kafka --orders 10');
    expect(commandOf(read('crash-points', '--seeds', '20'))).toBe(
      'npm run faults -- --scenario crash-points --seed 7 --transport direct --seeds 20',
    );
  });
});
