import { setting, Settings } from '@towpath/config';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export class LoggingSettings extends Settings({
  logLevel: setting.oneOf(logLevels, { default: 'info', meaning: 'the least important level that is logged' }),
  logFormat: setting.oneOf(['auto', 'json', 'pretty'], {
    default: 'auto',
    meaning: 'auto is pretty on a terminal, else json',
  }),
}) {}
