import { exampleOf, routes } from '@towpath/api';

import type { Answered } from '../wire.ts';
import { operations } from './document.ts';
import { Judge } from './judge.ts';

describe('the judge of answers', () => {
  const judge = new Judge();
  const good: Answered = {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', traceparent: '00-1-2-00' },
    text: JSON.stringify(exampleOf(routes.readMe.answers[200])),
  };
  const problem = (code: string, status: number): Answered => ({
    status,
    headers: { ...good.headers, 'content-type': 'application/problem+json' },
    text: JSON.stringify({ type: `/problems/${code}`, title: '', status, detail: '', instance: '/', traceId: '' }),
  });
  const of = (id: keyof typeof routes) => operations.find(({ operationId }) => operationId === id)!;
  const events = (text: string): Answered => ({
    ...good,
    headers: { ...good.headers, 'content-type': 'text/event-stream' },
    text,
  });
  const event = JSON.stringify(exampleOf(routes.followOrder.answers[200]));

  it.each([
    ['a good answer', 'readMe', good],
    ['a documented problem', 'readMe', problem('unauthenticated', 401)],
    ['an answer without a body', 'endSession', { ...good, status: 204, text: '' }],
    ['a stream of events', 'followOrder', events(`retry: 2000\n\nid: 1\ndata: ${event}\n\n:\n\n`)],
  ] as const)('When it is %s, then nothing is wrong', (_, id, answer) => {
    expect(judge.wrongWith(of(id), answer)).toBeUndefined();
  });

  it.each([
    ['has another status', 'readMe', { ...good, status: 418 }, '418 is not documented'],
    [
      'has a field too many',
      'readMe',
      { ...good, text: good.text.replace('{', '{"hash":1,') },
      'additional properties',
    ],
    ['lacks a field', 'readMe', { ...good, text: '{}' }, "required property 'id'"],
    ['has another media type', 'readMe', { ...good, headers: { traceparent: 'a' } }, 'no content of type ""'],
    ['cannot be found in the logs', 'readMe', { ...good, headers: {} }, 'no traceparent'],
    ['has a body where there is none', 'endSession', { ...good, status: 204 }, '204 has no body'],
    ['is a problem of another operation', 'readOrder', problem('illegal-state', 404), 'must match pattern'],
    [
      'says another status than it has',
      'readMe',
      { ...problem('unauthenticated', 403), status: 401 },
      'equal to constant',
    ],
    ['is a fault', 'readMe', problem('internal', 500), '500 is a fault'],
    ['is not there in time', 'readMe', problem('overloaded', 503), '503 is a fault'],
    ['has an event without id', 'followOrder', events(`data: ${event}\n\n`), 'no event'],
    ['has an event of another shape', 'followOrder', events('id: 1\ndata: {}\n\n'), "required property 'status'"],
  ] as const)('When an answer %s, then that is wrong', (_, id, answer, wrong) => {
    expect(judge.wrongWith(of(id), answer)).toContain(wrong);
  });
});
