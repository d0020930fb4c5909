import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  RequestMapping,
  RequestMethod,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { AnswerOf, Route as ApiRoute } from '@towpath/api';
import type { FastifyRequest } from 'fastify';

import type { Answer } from './answer.ts';
import type { EventStream } from './event-stream.ts';

/** Where there may be no body, nothing need be returned. */
type Empty<R extends ApiRoute> = undefined extends AnswerOf<R> ? void : never;
type Plain<R extends ApiRoute> = AnswerOf<R> | Answer<AnswerOf<R>> | Empty<R>;
type Answered<R extends ApiRoute> = R extends { isStream: true }
  ? EventStream<NonNullable<AnswerOf<R>>> | undefined
  : Plain<R>;
type Handler<R extends ApiRoute> = (...args: never[]) => Answered<R> | Promise<Answered<R>>;

/**
 * The method that answers a route. Method, path, status, who may call and what is let through all come from the route;
 * a return type that does not fit it does not compile.
 */
export const Route =
  <R extends ApiRoute>(route: R) =>
  <F extends Handler<R>>(target: object, key: string, descriptor: TypedPropertyDescriptor<F>): void => {
    applyDecorators(
      RequestMapping({ method: RequestMethod[route.method], path: fastifyPath(route.path) }),
      HttpCode(usualStatus(route)),
      RouteConfig({ route }),
    )(target, key, descriptor);
  };

/** What the client sent, validated: `InputOf<typeof theRoute>`. */
export const Input = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<FastifyRequest>().input;
});

/** `/v1/orders/{id}` → `/v1/orders/:id` */
export function fastifyPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function usualStatus(route: ApiRoute): number {
  return Math.min(...Object.keys(route.answers).map(Number));
}
