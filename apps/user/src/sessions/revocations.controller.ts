import { Controller } from '@nestjs/common';
import { type AnswerOf, defineRoute } from '@towpath/api';
import { Route } from '@towpath/http';
import { z } from 'zod';

import { Revocations } from './revocations.ts';

/** For who verifies tokens at the door; not part of the public API. */
const readRevokedSessions = defineRoute({
  name: 'readRevokedSessions',
  method: 'GET',
  path: '/internal/revoked-sessions',
  service: 'user',
  access: 'anyone',
  summary: 'The sessions that have ended while access tokens of theirs may still live.',
  answers: { 200: z.strictObject({ sessions: z.array(z.strictObject({ id: z.uuid(), until: z.iso.datetime() })) }) },
  problems: [],
});

@Controller()
export class RevocationsController {
  constructor(private readonly revocations: Revocations) {}

  @Route(readRevokedSessions)
  async read(): Promise<AnswerOf<typeof readRevokedSessions>> {
    return { sessions: await this.revocations.list() };
  }
}
