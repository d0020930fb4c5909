import './fastify-types.ts';

export { HttpAdapter } from './adapter.ts';
export { Answer, type AnswerOptions } from './answer.ts';
export { answerRoute } from './answer-route.ts';
export { HttpDoor } from './door.ts';
export { Doorkeeper } from './doorkeeper.ts';
export { EventStream, type EventStreamOptions, type ServerEvent } from './event-stream.ts';
export { HttpConfig } from './http.config.ts';
export { HttpDefaults } from './http-defaults.ts';
export { OpenStream } from './open-streams.ts';
export { type PlainAnswer, plainAnswer } from './plain-answer.ts';
export { Input, Route } from './route.decorator.ts';
export { securityHeaders } from './security-headers.ts';
