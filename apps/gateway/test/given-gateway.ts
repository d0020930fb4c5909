import { describeSettings } from '@towpath/config';
import { givenService, type ServiceUnderTest } from '@towpath/testing';

import { GatewayModule } from '../src/gateway.module.ts';
import { LimitsConfig } from '../src/limits/limits.config.ts';
import { StandIn } from './stand-in.ts';

export interface GatewayUnderTest {
  readonly gateway: ServiceUnderTest;
  /** Where every operation is forwarded to. */
  readonly service: StandIn;
}

/** For tests that are not about limits. */
const looseLimits = Object.fromEntries(
  describeSettings(LimitsConfig)
    .filter(({ name }) => name.includes('_PER_'))
    .map(({ name }) => [name, '1000000']),
);

/** The real gateway in front of one stand-in for all services. */
export function givenGateway(
  environment: Record<string, string> | (() => Record<string, string>) = {},
  outgoing: () => readonly string[] = () => [],
): GatewayUnderTest {
  const service = new StandIn();
  const given = typeof environment === 'function' ? environment : () => environment;
  beforeAll(() => service.start());
  afterAll(() => service.stop());
  beforeEach(() => service.reset());
  const gateway = givenService(GatewayModule, {
    environment: () => ({
      USER_URL: service.url,
      CATALOG_URL: service.url,
      ORDER_PROCESSOR_URL: service.url,
      PAYMENT_URL: service.url,
      REVOKED_SESSIONS_FIRST_WITHIN_MS: '0',
      ...looseLimits,
      ...given(),
    }),
    outgoing: () => [...outgoing(), service.url, ...Object.values(given()).filter((value) => URL.canParse(value))],
  });
  return { gateway, service };
}
