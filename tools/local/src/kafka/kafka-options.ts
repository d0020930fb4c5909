import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { UserError } from '../user-error.ts';
import { type ScramMechanism, scramMechanisms } from './broker-settings.ts';

/** What `npm run kafka` was asked for. */
export interface KafkaOptions {
  readonly brokers: 1 | 3;
  /** Where the ports begin; 0 takes free ones. */
  readonly portBase: number;
  readonly state: string;
  readonly sasl?: ScramMechanism;
  readonly tls?: 'server' | 'mutual';
  /** Whoever started us says what happens to each broker, on our input, and its end is ours. */
  readonly control: boolean;
  /** Only tell whether brokers can be run here. */
  readonly check: boolean;
}

const defaultPortBase = 9092;

const usage =
  'npm run kafka -- [--brokers 1|3] [--port-base <port>] [--state <folder>] [--sasl scram-sha-256|scram-sha-512] [--tls server|mutual] [--control] [--check]';

/** @throws UserError naming what is wrong and what is allowed */
export function readKafkaOptions(args: readonly string[], root: string): KafkaOptions {
  const flags = parse(args);
  const portBase = Number(flags['port-base'] ?? defaultPortBase);
  const brokers = Number(flags.brokers ?? 1);
  if (brokers !== 1 && brokers !== 3) throw new UserError(`Run 1 broker or 3, not "${flags.brokers}".`);
  if (!Number.isInteger(portBase) || (portBase !== 0 && (portBase < 1024 || portBase > 65_000))) {
    throw new UserError('The port base must be a number from 1024 to 65000, or 0 for any free ports.');
  }
  const sasl = oneOf('sasl', flags.sasl, scramMechanisms);
  const tls = oneOf('tls', flags.tls, ['server', 'mutual'] as const);
  return {
    brokers,
    portBase,
    state: resolve(root, flags.state ?? '.towpath/kafka'),
    ...(sasl && { sasl }),
    ...(tls && { tls }),
    control: flags.control,
    check: flags.check,
  };
}

function oneOf<T extends string>(flag: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  const found = allowed.find((each) => each === value);
  if (value === undefined || found !== undefined) return found;
  throw new UserError(`--${flag} can be ${allowed.join(' or ')}, not "${value}".`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        brokers: { type: 'string' },
        'port-base': { type: 'string' },
        state: { type: 'string' },
        sasl: { type: 'string' },
        tls: { type: 'string' },
        control: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UserError(`${(error as Error).message.split('. ')[0]}. Usage: ${usage}`);
  }
}
