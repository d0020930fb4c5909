import { problemSchema, type ServiceName } from '@towpath/api';

import { badRequests } from './bad-requests.ts';
import { goodRequests } from './good-requests.ts';
import { rawRequest } from './raw-request.ts';

export interface UnderBadInput {
  url(): string;
  /** Of somebody who may do everything. */
  token(): Promise<string>;
  /** What must be the same after all of it, such as the number of rows. */
  effects(): unknown;
}

/**
 * One test for each bad request to each operation of the service, or of all of them: the answer is the problem that it should be,
 * comes at once, and nothing has been done.
 */
export function describeBadInput(service: ServiceName | undefined, under: UnderBadInput): void {
  const all = goodRequests(service).flatMap(badRequests);
  let token: string;
  let before: unknown;
  beforeAll(async () => {
    token = await under.token();
    before = await under.effects();
  });

  it.each(all)('When it is sent $title, then it answers $status $code', async ({ status, code, bytes }) => {
    const answer = await rawRequest(under.url(), bytes(token));

    expect({ status: answer.status, type: answer.headers['content-type'] }).toEqual({
      status,
      type: 'application/problem+json',
    });
    const problem = problemSchema.parse(JSON.parse(Buffer.from(answer.body, 'latin1').toString()));
    expect(problem).toMatchObject({ type: `/problems/${code}`, status });
    expect(answer.headers.traceparent).toContain(problem.traceId);
  });

  it('When all of it has been sent, then nothing has been done', async () => {
    expect(await under.effects()).toEqual(before);
  });
}
