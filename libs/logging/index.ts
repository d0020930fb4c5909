export { createLogger, type LogDestination, type LoggerOptions } from './create-logger.ts';
export { LoggingSettings, type LogLevel } from './logging.config.ts';
export { NestLogger } from './nest-logger.ts';
