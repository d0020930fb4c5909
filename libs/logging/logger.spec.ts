import { Logger } from '@nestjs/common';
import { span, startTracing } from '@towpath/tracing';

import { createLogger, type LogLevel, type NestLogger } from './index.ts';

describe('logger', () => {
  let lines: string[];

  const given = (level: LogLevel = 'info'): NestLogger => {
    lines = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const logger = createLogger({ service: 'catalog', level, pretty: false, destination });
    Logger.overrideLogger(logger);
    return logger;
  };
  const entries = () => lines.map((line) => JSON.parse(line));

  afterAll(() => Logger.overrideLogger(false));

  it('When code logs fields and a message, then that is one line of JSON with time, level, service and its class', () => {
    given();

    new Logger('PlaceOrder').log({ orderId: 'o-1', msg: 'Order placed' });

    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(entries()).toEqual([
      { level: 'info', time, service: 'catalog', context: 'PlaceOrder', orderId: 'o-1', msg: 'Order placed' },
    ]);
    expect(lines[0]).toMatch(/^[^\n]*\n$/);
  });

  it('When a span is active, then the line has its ids', async () => {
    given();
    await startTracing({ service: 'catalog' });

    const made = await span('consume', {}, (active) => {
      new Logger('Consumer').log('Consumed');
      return active.spanContext();
    });

    expect(entries()).toEqual([expect.objectContaining({ traceId: made.traceId, spanId: made.spanId })]);
  });

  it('When Nest logs in its own ways, then message, class, error and stack are where they belong', () => {
    const logger = given();
    const error = new TypeError('no such thing');

    logger.log('Started', 'NestFactory');
    logger.error('Failed', 'Error: Failed\n    at here.ts:1', 'Router');
    logger.error('Failed', undefined, 'Router');
    logger.error('Failed', error, 'Router');
    logger.error(error, 'Router');
    logger.error('Failed', 'Error: Failed\n    at here.ts:1');
    logger.warn(undefined);

    const err = expect.objectContaining({ type: 'TypeError', message: 'no such thing', stack: expect.any(String) });
    const stack = 'Error: Failed\n    at here.ts:1';
    expect(entries().map(({ time: _time, service: _service, ...rest }) => rest)).toEqual([
      { level: 'info', context: 'NestFactory', msg: 'Started' },
      { level: 'error', context: 'Router', stack, msg: 'Failed' },
      { level: 'error', context: 'Router', msg: 'Failed' },
      { level: 'error', context: 'Router', err, msg: 'Failed' },
      { level: 'error', context: 'Router', err, msg: 'no such thing' },
      { level: 'error', stack, msg: 'Failed' },
      { level: 'warn', msg: 'undefined' },
    ]);
  });

  it.each([
    ['silent', []],
    ['fatal', ['fatal']],
    ['info', ['fatal', 'error', 'warn', 'info']],
    ['trace', ['fatal', 'error', 'warn', 'info', 'debug', 'trace']],
  ] as const)('When the level is %s, then %j are logged', (level, expected) => {
    const logger = given(level);

    for (const method of ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const) logger[method]('said');

    expect(entries().map((entry) => entry.level)).toEqual(expected);
  });

  it('When a text holds line breaks, then it cannot forge a line', () => {
    given();

    new Logger('Login').warn({ msg: 'Unknown user a\r\n{"level":"fatal"}', email: 'a\n{"level":"fatal"}' });

    expect(lines.join('').match(/[\r\n]/g)).toEqual(['\n']);
  });

  it('When an error has causes, then they are told, and nothing else that it carries', () => {
    given();
    const cause = Object.assign(new Error('connect ECONNREFUSED'), {
      code: 'ECONNREFUSED',
      request: { body: 'private' },
    });

    new Logger('Database').error({ msg: 'Lost', err: new Error('no connection', { cause }) });

    const stack = expect.any(String);
    expect(entries()[0].err).toEqual({
      type: 'Error',
      message: 'no connection',
      stack,
      cause: { type: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED', stack },
    });
  });

  it('When a field has the name of one of the line itself, then the line still says what it is', () => {
    given();

    new Logger('Login').log({ msg: 'Said', level: 'fatal', service: 'payment', time: 'never' });

    expect(entries()).toEqual([
      expect.objectContaining({
        level: 'info',
        service: 'catalog',
        level_: 'fatal',
        service_: 'payment',
        time_: 'never',
      }),
    ]);
  });

  it('When the logger was told to be pretty, then lines are for people, and cannot be forged either', () => {
    const destination = { write: (line: string) => void lines.push(line) };
    const logger = createLogger({ service: 'catalog', level: 'info', pretty: true, destination });
    lines = [];

    logger.warn({ msg: 'Unknown\r\n12:00 FATAL \u001b[31mred', email: 'a\u2028b\u009b1m', ['na\nme']: 1 }, 'Login');
    logger.error(new Error('one\n12:00:00.000 FATAL two\r'), 'Login');

    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} \S*WARN \S* ?\[Login\] Unknown\\u000d\\u000a12:00 FATAL \\u001b\[31mred /,
    );
    expect(lines[0]).toMatch(/^[^\r\n\u2028\u009b]*\n$/);
    expect(lines[1]!.split('\n').slice(1, -1)).toEqual(expect.arrayContaining([expect.stringMatching(/^ {4}/)]));
    expect(
      lines[1]!
        .split('\n')
        .slice(1, -1)
        .every((line) => line.startsWith('    ')),
    ).toBe(true);
    expect(lines[1]).not.toContain('\r');
  });
});
