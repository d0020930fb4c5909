import { type EndedSession, EndedSessions, maxSessions } from './ended-sessions.ts';

const some = (count: number, name: string): EndedSession[] =>
  Array.from({ length: count }, (_, i) => ({ id: `${name} ${i}`, untilMs: Date.now() + 60_000 }));
const counted = (sessions: EndedSessions, given: readonly EndedSession[]) =>
  given.filter(({ id }) => sessions.has(id)).length;

describe('sessions that have ended', () => {
  it('When very many were heard of, true or not, then there is room for the longest list all the same', () => {
    const sessions = new EndedSessions();
    const [heard, listed] = [some(3 * maxSessions, 'heard'), some(maxSessions, 'listed')];

    heard.forEach((session) => sessions.hear(session));
    sessions.list(listed);

    expect([counted(sessions, heard), counted(sessions, listed)]).toEqual([maxSessions, maxSessions]);
  });

  it('When lists name ever others, then at some time one is refused, as nothing of it may be forgotten', () => {
    const sessions = new EndedSessions();
    sessions.list(some(maxSessions, 'first'));
    sessions.list(some(maxSessions, 'second'));
    sessions.list(some(maxSessions, 'second'));

    expect(() => sessions.list(some(1, 'third'))).toThrow('no room');
  });

  it('When the time of some is over, then they make room', () => {
    const sessions = new EndedSessions();
    sessions.list(some(maxSessions, 'first').map((session) => ({ ...session, untilMs: Date.now() - 1 })));
    sessions.list(some(maxSessions, 'second'));

    sessions.list(some(maxSessions, 'third'));

    expect(sessions.size).toBe(2 * maxSessions);
  });
});
