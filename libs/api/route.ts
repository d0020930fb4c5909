import { z } from 'zod';

import type { ProblemCode } from './problems.ts';

/**
 * Who may call a route: anyone, whoever is logged in, or only people with the role `admin`; `provider`: whoever can sign the
 * body as the payment provider does, which the service itself checks.
 */
export type Access = 'anyone' | 'user' | 'admin' | 'provider';

/** The services that clients reach through the gateway. */
export type ServiceName = 'user' | 'catalog' | 'order-processor' | 'payment';

/** One operation of the API. Whatever has no schema here must not be sent, headers apart. */
export interface Route {
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As OpenAPI writes it: `/v1/orders/{id}`. */
  path: `/${string}`;
  /** The service that answers it; of several the one that the query names as `service`. */
  service: ServiceName | readonly [ServiceName, ...ServiceName[]];
  access: Access;
  summary: string;
  params?: z.ZodType;
  query?: z.ZodType;
  /** Only of the headers that the operation reads; names in lower case. */
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** Bytes a body may have, if less than 64 KiB. */
  bodyLimit?: number;
  /** Body by status; `noContent`: none. Where there are several, the lowest is the usual one. */
  answers: Readonly<Record<number, z.ZodType>>;
  /** Headers of its successes beside those that all have. */
  answerHeaders?: readonly ('Location' | 'ETag')[];
  /** Answers 200 with server-sent events, whose data is the body declared for it. */
  isStream?: true;
  /** Problems of this operation; `problemsOf` adds those that all have. */
  problems: readonly ProblemCode[];
}

type Parsed<Schema, Otherwise> = Schema extends z.ZodType ? z.output<Schema> : Otherwise;

/** What the handler of a route gets, once validated. */
export interface InputOf<R extends Route> {
  params: Parsed<R['params'], Record<never, never>>;
  query: Parsed<R['query'], Record<never, never>>;
  headers: Parsed<R['headers'], Record<never, never>>;
  body: Parsed<R['body'], undefined>;
}

/** What the handler of a route answers. */
export type AnswerOf<R extends Route> = z.output<R['answers'][keyof R['answers']] & z.ZodType>;

/** Declares an operation; its type keeps the schemas, so that `InputOf` and `AnswerOf` know them. */
export function defineRoute<const R extends Route>(route: R): R {
  return route;
}

/** Stands for the body of an answer that has none. */
export const noContent = z.undefined();

/** Whether only those may call who are logged in. */
export const needsLogin = (access: Access): boolean => access === 'user' || access === 'admin';

/** The services that may answer a route. */
export function servicesOf({ service }: Pick<Route, 'service'>): readonly ServiceName[] {
  return typeof service === 'string' ? [service] : service;
}

/** Body limit of routes that say none, in bytes. */
export const defaultBodyLimit = 64 * 1024;

/** Every problem a client of this route has to expect. */
export function problemsOf(route: Route): ProblemCode[] {
  const codes = new Set<ProblemCode>(['invalid-request', 'unknown-field', ...route.problems]);
  codes.add('request-timeout').add('uri-too-long').add('headers-too-large');
  if (route.access !== 'anyone') codes.add('unauthenticated');
  if (route.access === 'admin') codes.add('forbidden');
  if (route.body) codes.add('payload-too-large').add('unsupported-media-type');
  return [...codes.add('rate-limited').add('internal').add('overloaded').add('upstream-timeout')];
}
