export type { Command } from './command.ts';
export { createService, type RunningService } from './create-service.ts';
export { migrationsOf } from './migrate.ts';
export { nameOf, Service, type ServiceMetadata } from './service.decorator.ts';
export { type StartOptions, startService } from './start-service.ts';
