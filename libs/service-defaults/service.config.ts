import { roles, setting, Settings } from '@towpath/config';

/** What every process of a service is told. */
export class ServiceConfig extends Settings({
  role: setting.oneOf(roles, {
    default: 'all',
    meaning: 'api answers requests, worker does what goes on in the background',
  }),
  host: setting.text({ default: '127.0.0.1', meaning: 'the address to listen on' }),
  port: setting.port({ meaning: 'where requests come in; 0 takes a free one' }),
  managementPort: setting.port({ meaning: 'where /health, /ready and /metrics are; 0 takes a free one' }),
}) {}
