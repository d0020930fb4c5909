import { setting, Settings } from '@towpath/config';

export class SessionsConfig extends Settings({
  revokedSessionsEveryMs: setting.durationMs({
    min: 1,
    max: 5_000,
    default: 4_000,
    meaning: 'how often the user service is asked which sessions have ended',
  }),
  revokedSessionsUsableMs: setting.durationMs({
    min: 1,
    max: 60_000,
    default: 60_000,
    meaning: 'how long its last answer serves while it is away; after that nobody is let in with a token',
  }),
  revokedSessionsFirstWithinMs: setting.durationMs({
    default: 10_000,
    meaning: 'how long the start waits for its first answer; without one nobody is let in with a token until it comes',
  }),
}) {}
