/** As in production: the defaults, which `npm start` loosens. A proxy tells who asks, so that everybody here has an address. */
export const strictSettings = {
  IP_REQUESTS_PER_MINUTE: '300',
  USER_REQUESTS_PER_MINUTE: '120',
  CHECKOUTS_PER_MINUTE: '10',
  LOGINS_PER_MINUTE: '20',
  REFRESHES_PER_MINUTE: '60',
  LOGIN_FAILURES_PER_QUARTER_HOUR: '5',
  ACCOUNT_FAILURES_PER_HOUR: '100',
  REGISTRATIONS_PER_HOUR: '10',
  DECLINES_MAX: '5',
  DECLINES_WITHIN_MS: '3600000',
  HEADERS_TIMEOUT_MS: '10000',
  REQUEST_TIMEOUT_MS: '15000',
  TRUSTED_PROXY_HOPS: '1',
  CORS_ORIGINS: 'https://shop.example',
} as const;
