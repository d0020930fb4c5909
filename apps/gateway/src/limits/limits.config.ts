import { setting, Settings } from '@towpath/config';

const most = (fallback: number, meaning: string) => setting.integer({ min: 1, default: fallback, meaning });

/** How much one client may ask for. */
export class LimitsConfig extends Settings({
  ipRequestsPerMinute: most(300, 'requests of one address (IPv6: of one /64)'),
  userRequestsPerMinute: most(120, 'requests of one user'),
  checkoutsPerMinute: most(10, 'orders that one user may try to place'),
  loginFailuresPerQuarterHour: most(
    5,
    'wrong passwords for one account from one address, or of one user who is logged in',
  ),
  accountFailuresPerHour: most(100, 'wrong passwords for one account from anywhere'),
  loginsPerMinute: most(20, 'logins that one address may try'),
  refreshesPerMinute: most(60, 'refreshes of sessions that one address may try'),
  registrationsPerHour: most(10, 'registrations from one address'),
  providerEventsPerMinute: most(3_000, 'requests of one address to the webhooks of the payment provider'),
  trustedProxyHops: setting.integer({
    max: 10,
    default: 0,
    meaning: 'proxies before this service, each of which adds to X-Forwarded-For whom it was asked by',
  }),
  replicas: setting.integer({
    min: 1,
    default: 1,
    meaning: 'processes that share each limit; while Redis is away each of them grants this part',
  }),
}) {}
