import { Controller, Get, Logger, Post } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { context, trace, TraceFlags } from '@opentelemetry/api';
import { problems } from '@towpath/api';

import { DomainError, ProblemFilter, ProblemSettings, Unavailable } from './index.ts';

let thrown: unknown;

@Controller()
class Thrower {
  @Get('thrown')
  fail(): never {
    throw thrown;
  }

  @Post('thrown')
  take(): void {}
}

const logged = { warn: jest.fn(), error: jest.fn() };
const nowhere = { log: jest.fn(), ...logged };

async function start(settings?: ProblemSettings): Promise<NestFastifyApplication> {
  const module = await Test.createTestingModule({ controllers: [Thrower] }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter({ bodyLimit: 10 }));
  app.useLogger(nowhere);
  app.useGlobalFilters(new ProblemFilter(settings));
  await app.init();
  return app;
}

describe('problem filter', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    app = await start();
  });

  beforeEach(() => jest.clearAllMocks());

  afterAll(async () => {
    await app.close();
    Logger.overrideLogger(false);
  });

  it('When a domain error is thrown, then the client is told its code, detail and fields, and nothing is logged', async () => {
    thrown = new DomainError('invalid-request', 'The quantity is too large.', {
      errors: [{ pointer: '/lines/0/quantity', detail: 'at most 100' }],
      headers: { 'x-hint': 'smaller' },
    });

    const answer = await app.inject({ url: '/thrown?token=abc' });

    expect(answer.headers).toMatchObject({
      'content-type': expect.stringContaining('application/problem+json'),
      'cache-control': 'no-store',
      'x-hint': 'smaller',
    });
    expect([answer.statusCode, answer.json()]).toEqual([
      400,
      {
        type: '/problems/invalid-request',
        title: problems['invalid-request'].title,
        status: 400,
        detail: 'The quantity is too large.',
        instance: '/thrown',
        traceId: '',
        errors: [{ pointer: '/lines/0/quantity', detail: 'at most 100' }],
      },
    ]);
    expect([logged.warn.mock.calls, logged.error.mock.calls]).toEqual([[], []]);
  });

  it.each([
    new Error('password of db-7 is wrong'),
    'db-7',
    undefined,
    { message: 'db-7', status: 404, statusCode: 404 },
  ])(
    'When something unknown is thrown (%p), then the client learns nothing of it and the log everything',
    async (unknown) => {
      thrown = unknown;

      const answer = await app.inject({ url: '/thrown' });

      expect([answer.statusCode, answer.json()]).toEqual([
        500,
        {
          type: '/problems/internal',
          title: problems.internal.title,
          status: 500,
          detail: problems.internal.meaning,
          instance: '/thrown',
          traceId: '',
        },
      ]);
      expect(logged.error.mock.calls.map(([entry]) => entry)).toEqual([
        {
          msg: 'Answered 500 internal',
          method: 'GET',
          route: '/thrown',
          traceId: '',
          err: unknown ?? expect.any(DomainError),
        },
      ]);
    },
  );

  it('When a trace is active, then its id is in the answer and in the log', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const span = trace.wrapSpanContext({ traceId, spanId: 'b7ad6b7169203331', traceFlags: TraceFlags.NONE });
    jest.spyOn(context, 'active').mockReturnValue(trace.setSpan(context.active(), span));
    thrown = new Error('broken');

    const answer = await app.inject({ url: '/thrown' });

    jest.restoreAllMocks();
    expect(answer.json()).toMatchObject({ traceId });
    expect(logged.error.mock.calls).toEqual([[expect.objectContaining({ traceId }), undefined, 'ProblemFilter']]);
  });

  it('When something needed is away, then the answer says when to come back, and its cause is a warning', async () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.7');
    thrown = new Unavailable(undefined, { cause });

    const answer = await app.inject({ url: '/thrown' });

    expect([answer.statusCode, answer.json().type]).toEqual([503, '/problems/overloaded']);
    expect(answer.headers['retry-after']).toMatch(/^[123]$/);
    expect(answer.body).not.toContain('10.0.0.7');
    expect(logged.warn).toHaveBeenCalledWith(expect.objectContaining({ err: cause }), 'ProblemFilter');
  });

  it.each([
    ['an unknown path', { method: 'GET', url: '/nowhere' }, 404, 'not-found'],
    ['too large a body', { method: 'POST', url: '/thrown', payload: { much: 'too much' } }, 413, 'payload-too-large'],
    [
      'an unknown media type',
      { method: 'POST', url: '/thrown', payload: '<a/>', headers: { 'content-type': 'text/xml' } },
      415,
      'unsupported-media-type',
    ],
    [
      'malformed JSON',
      { method: 'POST', url: '/thrown', payload: '{', headers: { 'content-type': 'application/json' } },
      400,
      'invalid-request',
    ],
  ] as const)('When the framework refuses %s, then that is a problem too', async (_, request, status, code) => {
    const answer = await app.inject(request);

    expect([answer.statusCode, answer.json()]).toEqual([
      status,
      expect.objectContaining({ type: `/problems/${code}`, status, detail: problems[code].meaning }),
    ]);
  });

  it('When the error comes after the head of the answer, then the connection is cut', () => {
    const destroy = jest.fn();
    const http = {
      getRequest: () => ({ url: '/', method: 'GET' }),
      getResponse: () => ({ raw: { headersSent: true, destroy } }),
    };

    new ProblemFilter().catch(new Error('late'), { getType: () => 'http', switchToHttp: () => http } as any);

    expect(destroy).toHaveBeenCalled();
  });

  it('When the error is not one of HTTP, then it is left to who handles those', () => {
    const error = new Error('of a message');

    expect(() => new ProblemFilter().catch(error, { getType: () => 'rpc' } as any)).toThrow(error);
  });

  it('When a base URL is set, then types begin with it', async () => {
    const other = await start(new ProblemSettings({ problemBaseUrl: 'https://towpath.example/problems' }));

    const answer = await other.inject({ url: '/nowhere' });

    await other.close();
    expect(answer.json()).toMatchObject({ type: 'https://towpath.example/problems/not-found' });
  });
});
