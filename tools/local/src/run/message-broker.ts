import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';

import { KafkaCluster } from '../kafka/cluster.ts';
import { composeProcess, composeTasks } from '../kafka/compose.ts';
import { type BrokerSource } from '../kafka/find-broker.ts';
import { installKafka } from '../kafka/installation.ts';
import { type Supervisor } from '../supervisor/supervisor.ts';
import { type Say } from '../terminal/progress.ts';
import { UserError } from '../user-error.ts';
import { type RunOptions } from './options.ts';
import { type Port, portOf } from './ports.ts';

/** The Kafka of a run, wherever it comes from. */
export interface MessageBroker {
  /** As KAFKA_BROKERS has it. */
  readonly addresses: string;
  /** Where it comes from, for people. */
  readonly origin: string;
  /** The processes of ours that are its brokers. */
  readonly processes: readonly string[];
  /** What services have to know beside its addresses; complete once it has started. */
  readonly settings: NodeJS.ProcessEnv;
  /** @throws UserError when it cannot be got, or nobody answers */
  start(supervisor: Supervisor, say: Say): Promise<void>;
}

/** What a run with Kafka is made from; `fresh`: nothing of earlier runs is kept. */
export interface BrokerPlace {
  readonly options: RunOptions;
  readonly ports: readonly Port[];
  readonly fresh: boolean;
}

const host = '127.0.0.1';
/** In the data folder of a state; also its owner's name among the ports. */
export const kafkaName = 'kafka';

/** The owners of the ports that we have to find for a broker. */
export function brokerPortOwners(source: BrokerSource | undefined): string[] {
  if (source === undefined || source.from === 'given') return [];
  return source.from === 'compose' ? [kafkaName] : [kafkaName, `${kafkaName}-internal`, `${kafkaName}-controller`];
}

export function messageBroker(source: BrokerSource, place: BrokerPlace): MessageBroker {
  if (source.from === 'given') return new GivenBroker(source.addresses);
  return source.from === 'compose' ? new ComposedBroker(place) : new OwnBroker(place, source.whyNoCompose);
}

/** One broker keeps everything alone. */
const alone = { KAFKA_REPLICATION: '1', KAFKA_MIN_IN_SYNC: '1' };

/** Somebody else's: what else services have to know of it is in our environment. */
class GivenBroker implements MessageBroker {
  readonly addresses: string;
  readonly origin = 'as KAFKA_BROKERS says';
  readonly processes = [];
  readonly settings = {};

  constructor(addresses: string) {
    this.addresses = addresses;
  }

  async start(): Promise<void> {
    const answers = await Promise.all(this.addresses.split(',').map((address) => isThere(address.trim())));
    if (answers.includes(true)) return;
    throw new UserError(
      `Nobody answers at KAFKA_BROKERS=${this.addresses}: start those brokers, or leave KAFKA_BROKERS out to have one started here.`,
    );
  }
}

class ComposedBroker implements MessageBroker {
  readonly addresses: string;
  readonly origin = 'in a container';
  readonly processes = [];
  readonly settings = alone;
  private readonly place: BrokerPlace;

  constructor(place: BrokerPlace) {
    this.place = place;
    this.addresses = `${host}:${portOf(place.ports, kafkaName)}`;
  }

  async start(supervisor: Supervisor, say: Say): Promise<void> {
    const { options, ports, fresh } = this.place;
    const where = { ...options, port: portOf(ports, kafkaName) };
    say('Starting Kafka by docker compose; the first time its image is fetched.');
    for (const task of composeTasks(where, fresh)) await supervisor.start(task);
    await supervisor.start(composeProcess(where));
  }
}

class OwnBroker implements MessageBroker {
  readonly addresses: string;
  readonly origin = 'by Java';
  private readonly place: BrokerPlace;
  private readonly whyNoCompose: string;
  private cluster: KafkaCluster | undefined;

  constructor(place: BrokerPlace, whyNoCompose: string) {
    this.place = place;
    this.whyNoCompose = whyNoCompose;
    this.addresses = `${host}:${portOf(place.ports, kafkaName)}`;
  }

  get processes(): string[] {
    return (this.cluster?.brokers ?? []).map(({ name }) => name);
  }

  get settings(): NodeJS.ProcessEnv {
    return { ...alone, KAFKA_CLUSTER_ID: this.cluster?.clusterId };
  }

  async start(supervisor: Supervisor, say: Say): Promise<void> {
    say(`Starting Kafka by Java, since ${this.whyNoCompose}.`);
    const run = (task: Parameters<Supervisor['start']>[0]) => supervisor.start(task);
    const installation = await installKafka(say, run);
    const { options, ports } = this.place;
    const client = portOf(ports, kafkaName);
    this.cluster = new KafkaCluster(installation, {
      folder: join(options.state, kafkaName),
      listeners: [
        {
          clients: [{ port: client, advertisedPort: client }],
          internal: portOf(ports, `${kafkaName}-internal`),
          controller: portOf(ports, `${kafkaName}-controller`),
        },
      ],
    });
    await this.cluster.prepare(run);
    await supervisor.start(...this.cluster.brokers);
  }
}

/** Long enough for a broker in another town. */
const patienceMs = 5_000;

/** @throws UserError when it is no address */
async function isThere(address: string): Promise<boolean> {
  const [, name, port] = /^(\[[0-9a-f:.]+\]|[^\s:,/]+):(\d{1,5})$/i.exec(address) ?? [];
  if (name === undefined || Number(port) > 65_535) {
    throw new UserError(`KAFKA_BROKERS must be host:port, with commas between, and "${address}" is not.`);
  }
  const socket = connect({ host: name.replace(/^\[|\]$/g, ''), port: Number(port) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(patienceMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
