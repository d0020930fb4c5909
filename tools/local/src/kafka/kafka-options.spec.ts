import { readKafkaOptions } from './kafka-options.ts';

const read = (...args: string[]) => readKafkaOptions(args, '/checkout');

describe('options of brokers', () => {
  it('When nothing is said, then one broker runs at its usual port', () => {
    expect(read()).toEqual({
      brokers: 1,
      portBase: 9092,
      state: '/checkout/.towpath/kafka',
      control: false,
      check: false,
    });
  });

  it('When everything is said, then it is meant', () => {
    const args = '--brokers 3 --port-base 0 --state /here --sasl scram-sha-256 --tls mutual --control --check';

    expect(read(...args.split(' '))).toEqual({
      brokers: 3,
      portBase: 0,
      state: '/here',
      sasl: 'scram-sha-256',
      tls: 'mutual',
      control: true,
      check: true,
    });
  });

  it.each([
    [['--brokers', '2'], 'Run 1 broker or 3, not "2".'],
    [['--brokers', 'three'], 'Run 1 broker or 3, not "three".'],
    [['--port-base', '80'], 'The port base must be a number from 1024 to 65000, or 0 for any free ports.'],
    [['--sasl', 'plain'], '--sasl can be scram-sha-256 or scram-sha-512, not "plain".'],
    [['--tls', 'yes'], '--tls can be server or mutual, not "yes".'],
    [['--kafka'], "Unknown option '--kafka'. Usage: npm run kafka -- [--brokers 1|3]"],
  ])('When it is told %j, then it says what is wrong', (args, sentence) => {
    expect(() => read(...args)).toThrow(sentence);
  });
});
