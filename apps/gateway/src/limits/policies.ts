import { needsLogin, type Route, routes } from '@towpath/api';
import type { FastifyRequest } from 'fastify';

import type { LimitsConfig } from './limits.config.ts';

/** A request, and where it came from. */
export interface Asked {
  readonly request: FastifyRequest;
  readonly address: string;
}

/** One limit: how much of what, and for whom it is counted. */
export interface Policy {
  /** As clients see it in `RateLimit`. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
  /** First of all, or once it is known who asks for what. */
  readonly when: 'on arrival' | 'once admitted';
  /** A request that nothing answers has no route. */
  readonly counts: (route: Route | undefined) => boolean;
  readonly key: (asked: Asked) => string;
  /** Only answers with this status count. They all are counted before they are known, so that many at once do not slip through. */
  readonly failure?: number;
  /** Told only to whom it stops: what is left of it says what others did. */
  readonly isSilent?: boolean;
}

const minute = 60;
const quarterHour = 15 * minute;
const hour = 60 * minute;

const byAddress = ({ address }: Asked) => address;
const byUser = ({ request }: Asked) => request.user?.id ?? '';
const byAccount = ({ request }: Asked) => (request.input as { body: { email: string } }).body.email;
const byAccountAndAddress = (asked: Asked) => `${byAccount(asked)} ${byAddress(asked)}`;

const only =
  (...some: readonly Route[]) =>
  (route: Route | undefined) =>
    route !== undefined && some.includes(route);
const { logIn, refreshSession, register, changePassword, eraseMe, placeOrder, takeProviderEvent } = routes;
const needsUser = (route: Route | undefined) => route !== undefined && needsLogin(route.access);
const notOfProvider = (route: Route | undefined) => route?.access !== 'provider';

const perMinute = (limit: number) => ({ limit, windowSeconds: minute });
const perQuarterHour = (limit: number) => ({ limit, windowSeconds: quarterHour });
const perHour = (limit: number) => ({ limit, windowSeconds: hour });

const arrival = { when: 'on arrival', key: byAddress } as const;
const admitted = { when: 'once admitted' } as const;

/** Every limit there is, in the order in which they are looked at: the first that is reached ends it, and later ones count nothing. */
export function policiesOf(config: LimitsConfig): Policy[] {
  return [...policiesOfRequests(config), ...policiesOfPasswords(config)];
}

function policiesOfRequests(config: LimitsConfig): Policy[] {
  const address = perMinute(config.ipRequestsPerMinute);
  const provider = perMinute(config.providerEventsPerMinute);
  const user = perMinute(config.userRequestsPerMinute);
  const checkout = perMinute(config.checkoutsPerMinute);
  const registrations = perHour(config.registrationsPerHour);
  return [
    { name: 'address', ...address, ...arrival, counts: notOfProvider },
    { name: 'provider', ...provider, ...arrival, counts: only(takeProviderEvent) },
    { name: 'user', ...user, ...admitted, counts: needsUser, key: byUser },
    { name: 'checkout', ...checkout, ...admitted, counts: only(placeOrder), key: byUser },
    { name: 'register', ...registrations, ...admitted, counts: only(register), key: byAddress },
  ];
}

function policiesOfPasswords(config: LimitsConfig): Policy[] {
  const logins = perMinute(config.loginsPerMinute);
  const failures = perQuarterHour(config.loginFailuresPerQuarterHour);
  const fromAnywhere = { ...perHour(config.accountFailuresPerHour), isSilent: true };
  return [
    // Refreshed lately, a session that ends is on the list of ended ones, which is bounded.
    {
      name: 'refresh',
      ...perMinute(config.refreshesPerMinute),
      ...admitted,
      counts: only(refreshSession),
      key: byAddress,
    },
    { name: 'login', ...logins, ...admitted, counts: only(logIn), key: byAddress },
    // By address too, so that a stranger does not lock somebody out.
    { name: 'login-failures', ...failures, ...admitted, counts: only(logIn), key: byAccountAndAddress, failure: 401 },
    { name: 'account-failures', ...fromAnywhere, ...admitted, counts: only(logIn), key: byAccount, failure: 401 },
    {
      name: 'password-failures',
      ...failures,
      ...admitted,
      counts: only(changePassword, eraseMe),
      key: byUser,
      failure: 422,
    },
  ];
}
