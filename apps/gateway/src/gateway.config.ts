import { setting, Settings } from '@towpath/config';

/** Where the gateway forwards to, and how much it takes on. */
export class GatewayConfig extends Settings({
  userUrl: setting.url({ meaning: 'the user service' }),
  catalogUrl: setting.url({ meaning: 'the catalog service' }),
  orderProcessorUrl: setting.url({ meaning: 'the order-processor service' }),
  paymentUrl: setting.url({ meaning: 'the payment service' }),
  upstreamTimeoutMs: setting.durationMs({ min: 1, default: 3_000, meaning: 'how long a service may take to answer' }),
  upstreamConnections: setting.integer({
    min: 1,
    max: 1_024,
    default: 64,
    meaning: 'connections to each service at most',
  }),
  nodeEnv: setting.oneOf(['development', 'test', 'production'], {
    default: 'production',
    meaning: 'development shows the API to browsers at /docs',
  }),
  maxConnections: setting.integer({ min: 1, default: 10_000, meaning: 'connections open at most' }),
  maxConnectionsPerAddress: setting.integer({
    min: 1,
    default: 256,
    meaning: 'of them those of one address (IPv6: of one /64), unless they come through proxies',
  }),
  maxStreams: setting.integer({
    min: 1,
    default: 1_000,
    meaning: 'streams of events open at most, which do not count as under way; more are turned away',
  }),
  maxInFlight: setting.integer({ min: 1, default: 500, meaning: 'requests under way at most; more are turned away' }),
  placesAtFirst: setting.integer({
    min: 1,
    default: 64,
    meaning: 'requests let in to one service at once, until it is seen whether it answers more or fewer in time',
  }),
  answerWithinMs: setting.durationMs({
    min: 1,
    default: 500,
    meaning: 'when more than a tenth of the answers of a service take longer, fewer requests are let in',
  }),
  maxEventLoopDelayMs: setting.durationMs({
    min: 1,
    default: 200,
    meaning: 'p99 of the event loop, for 1 s, from which on fewer requests are let in',
  }),
}) {}
