import { UserError } from '../user-error.ts';
import { oldestJava } from './installation.ts';

/** Where the brokers come from, in the order in which we look. */
export type BrokerSource =
  | { readonly from: 'given'; readonly addresses: string }
  | { readonly from: 'compose' }
  | { readonly from: 'java'; readonly whyNoCompose: string };

/** What there is on this machine; asked only as far as it matters, since asking takes a moment. */
export interface BrokerWays {
  /** KAFKA_BROKERS. */
  readonly given: string | undefined;
  /** Undefined when it can be done so; else why not, as the end of a sentence. */
  whyNoCompose(): string | undefined;
  whyNoJava(): string | undefined;
}

/** @throws UserError naming all three when there is none */
export function findBroker({ given, ...ways }: BrokerWays): BrokerSource {
  if (given) return { from: 'given', addresses: given };
  const whyNoCompose = ways.whyNoCompose();
  if (whyNoCompose === undefined) return { from: 'compose' };
  const whyNoJava = ways.whyNoJava();
  if (whyNoJava === undefined) return { from: 'java', whyNoCompose };
  throw new UserError(
    `There is no Kafka to be had: set KAFKA_BROKERS, or start Docker with docker compose (${whyNoCompose}), or install Java ${oldestJava} or newer and Maven (${whyNoJava}).`,
  );
}
