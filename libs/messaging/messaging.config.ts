import { type Environment, readSettings, setting, Settings } from '@towpath/config';

/** How messages leave and arrive. */
export class MessagingConfig extends Settings({
  eventTransport: setting.oneOf(['direct', 'kafka'], {
    default: 'direct',
    meaning: 'who delivers: services to each other, or brokers between them',
  }),
  relayPollMs: setting.durationMs({ min: 10, default: 250, meaning: 'backstop between two looks into the outbox' }),
  relayBatch: setting.integer({ min: 1, max: 1_000, default: 200, meaning: 'messages taken from the outbox at once' }),
  relayBackoffMaxMs: setting.durationMs({
    min: 100,
    default: 30_000,
    meaning: 'longest wait before a failed message is sent again',
  }),
  handlerCutMs: setting.durationMs({ min: 100, default: 10_000, meaning: 'a handler that takes longer is given up' }),
  handlersAtOnce: setting.integer({
    min: 1,
    max: 100,
    default: 4,
    meaning: 'messages handled at the same time; the other connections of the pool are for requests',
  }),
  handlerRetryMs: setting.durationMs({
    min: 0,
    default: 1_500,
    meaning: 'how long a failed message is tried again before its sender must',
  }),
  outboxKeptMs: setting.durationMs({
    min: 60_000,
    default: 604_800_000,
    meaning: 'how long sent messages are kept (7 days)',
  }),
  inboxKeptDays: setting.integer({
    min: 8,
    max: 365,
    default: 30,
    meaning: 'how long it is remembered what was handled',
  }),
}) {}

/** Whether this process carries messages by that transport. One in the role `api` only stores them. */
export function carries(transport: MessagingConfig['eventTransport'], environment: Environment): boolean {
  const { eventTransport } = readSettings(MessagingConfig, environment);
  return eventTransport === transport && environment.values['ROLE'] !== 'api';
}
