/** A session whose access tokens are refused, and the moment after which none of them can live any more. */
export interface EndedSession {
  readonly id: string;
  readonly untilMs: number;
}

/** More than can end within the life of a token: who logs in or refreshes is limited by address. */
export const maxSessions = 100_000;

/** What has been said, by list or by message, as it came from outside. @throws Error when it is anything else */
export function endedSession(given: unknown): EndedSession {
  const { id, until } = (given ?? {}) as Record<string, unknown>;
  const untilMs = typeof until === 'string' ? Date.parse(until) : NaN;
  if (typeof id !== 'string' || id.length !== 36 || Number.isNaN(untilMs)) throw new Error('That is no ended session');
  return { id, untilMs };
}

/** @throws Error when it is no list, or one that is too long: what is not understood cannot be kept to */
export function endedSessions(given: unknown): EndedSession[] {
  const { sessions } = (given ?? {}) as Record<string, unknown>;
  if (!Array.isArray(sessions) || sessions.length > maxSessions) throw new Error('That is no list of ended sessions');
  return sessions.map(endedSession);
}

/** Sessions never come back: what has been said once holds until its time is over. */
export class EndedSessions {
  private readonly untilMs = new Map<string, number>();

  get size(): number {
    return this.untilMs.size;
  }

  has(id: string): boolean {
    const until = this.untilMs.get(id);
    return until !== undefined && until > Date.now();
  }

  /** @throws Error when there is no room: what is forgotten would be let in. Messages leave room for a whole list. */
  list(sessions: readonly EndedSession[]): void {
    this.forgetOver();
    for (const session of sessions) {
      if (this.untilMs.size >= 2 * maxSessions && !this.untilMs.has(session.id))
        throw new Error('There is no room for more ended sessions');
      this.untilMs.set(session.id, session.untilMs);
    }
  }

  /** Does nothing when there is no room: whoever has ended is in the next list. */
  hear({ id, untilMs }: EndedSession): void {
    if (this.untilMs.size < maxSessions) this.untilMs.set(id, untilMs);
  }

  private forgetOver(): void {
    const now = Date.now();
    for (const [id, until] of this.untilMs) if (until <= now) this.untilMs.delete(id);
  }
}
