export { Answer, type AnswerOptions } from './answer.ts';
export type { Command } from './command.ts';
export { createService, type RunningService, StartError } from './create-service.ts';
export { migrationsOf } from './migrate.ts';
export { Input, Route } from './route.decorator.ts';
export { nameOf, Service, type ServiceMetadata } from './service.decorator.ts';
export { startService, type StartOptions } from './start-service.ts';
export { type RawRequest, validateRequest } from './validate-request.ts';
export type { InputOf } from '@towpath/api';
